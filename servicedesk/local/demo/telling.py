"""From a fate and a question to a whole conversation, act by act."""

from collections.abc import Sequence
from random import Random

from servicedesk.local.demo import lives, phrases
from servicedesk.local.demo.asking import Library, Question
from servicedesk.local.demo.cast import Cast, Person
from servicedesk.local.demo.facts import Words
from servicedesk.local.demo.figures import NONE, month_of
from servicedesk.local.demo.life import Life
from servicedesk.local.demo.lives import Fate
from servicedesk.local.demo.office_time import DAY, HOUR, OfficeTime, local_day
from servicedesk.local.demo.phrases import Exchange
from servicedesk.local.demo.texts import Piece, joined

MINUTE = 60
#: Of the time until the desk goes on; the rest it tests and waits for its own turn.
SUPPLIERS_PART = 0.4
#: Solved so late in a month that ten days later its figures are published.
CORRECTED_FROM = 26


class Teller:
    """Lets the people of the cast work on tickets."""

    def __init__(
        self, cast: Cast, library: Library, office: OfficeTime, *, corrected: int | None = None
    ) -> None:
        """`corrected` is the month of which one ticket gets another category afterwards."""
        self.cast, self.library, self.office = cast, library, office
        self.corrected = corrected
        #: Who is behind which service.
        self.suppliers = {
            service.pk: service.supplier_id
            for service in library.services.values()
            if service.supplier_id
        }
        self.first_line = cast.team_ids["eerste-lijn"]

    def tell(self, dice: Random, life: Life, fate: Fate) -> None:
        """Writes the life of this fate into `life`."""
        question = self.library.ask(dice, fate)
        life.open(question.opening)
        if not life.over:
            Telling(self, dice, life, fate, question).tell()
            self._correct(life, fate)
            life.close_in_time()

    def _correct(self, life: Life, fate: Fate) -> None:
        """One bug of the last days of a month turns out to be a question, after its publication."""
        created, solved = local_day(fate.created), local_day(fate.solved)
        within = month_of(created) == month_of(solved) == self.corrected
        if within and fate.category == "bug" and solved.day >= CORRECTED_FROM:
            self.corrected = None
            kind, by = self.library.kinds["kennisvraag"], self.library.first_line[0]
            life.categorise(self.office.after(fate.solved + 10 * DAY, HOUR), kind, by)


class Telling:
    """One ticket being told."""

    def __init__(
        self, teller: Teller, dice: Random, life: Life, fate: Fate, question: Question
    ) -> None:
        self.teller, self.dice, self.life = teller, dice, life
        self.fate, self.question, self.tale = fate, question, question.tale
        self.kind = teller.library.kinds.get(fate.category)
        self.dispatcher = dice.choice(teller.library.first_line)
        self.handler = self._handler()
        #: The desk has answered once, so it need not say thanks again.
        self.greeted = False
        self.exchange: Exchange = dice.choice(question.tale.exchanges)

    def tell(self) -> None:
        fate, life = self.fate, self.life
        if fate.pattern == lives.WITHDRAWN:
            if self.dice.random() < 0.5:
                life.write_back(
                    fate.solved - MINUTE, self._words(self.dice.choice(phrases.BY_ITSELF))
                )
            life.confirm(fate.solved)
            return
        self._dispatch()
        getattr(self, f"_{fate.pattern}")()
        self._afterwards()

    # --- who --------------------------------------------------------------------------------

    def _handler(self) -> Person:
        """Who solves it: mostly the first line, else the team of the service."""
        second = self.question.owner_team != self.teller.first_line
        if self.fate.pattern == lives.CONTACT:
            return self.question.opening.by
        to_second = 0.4 if second else 0.0
        if self.fate.pattern == lives.PASS_ON or self.dice.random() < to_second:
            return self._of_second_line()
        if self.dice.random() < 0.35:
            return self.dispatcher
        return self.dice.choice(self.teller.library.first_line)

    def _of_second_line(self) -> Person:
        team = self.question.owner_team
        if team is None or team == self.teller.first_line:
            team = self.teller.cast.team_ids["wise"]
        return self.dice.choice(self.teller.cast.agents[team])

    # --- what happens -------------------------------------------------------------------------

    def _dispatch(self) -> None:
        """The first assignment, some minutes after it came."""
        fate, life, dice, office = self.fate, self.life, self.dice, self.teller.office
        first = min(fate.answered, fate.turn) if fate.pattern == lives.PASS_ON else fate.answered
        room = office.count(first) - office.count(fate.created)
        at = office.after(
            fate.created, min(int(dice.expovariate(1 / (11 * MINUTE))), room * 4 // 5)
        )
        at = max(at, fate.created)
        if fate.pattern == lives.CONTACT:
            return
        if life.service is None:
            life.set_service(at, self.question.service, self.question.owner_team, self.dispatcher)
        if dice.random() < 0.01:
            reason = dice.choice(phrases.MOVED_PRIORITY)
            wanted = "low" if reason.startswith("Kan wachten") else "high"
            life.set_priority(at, wanted, reason, self.dispatcher)
        if fate.pattern == lives.PASS_ON:
            life.assign(at, self.teller.first_line, self.dispatcher, self.dispatcher)
        elif self.handler is not self.dispatcher or dice.random() < 0.6:
            life.assign(at, self.handler.team, self.handler, self.dispatcher)

    def _contact(self) -> None:
        fate, by = self.fate, self.question.opening.by
        phone = self.question.opening.channel == "phone"
        begin = phrases.AS_SAID_ON_THE_PHONE if phone else phrases.AS_SAID_AT_THE_DESK
        self.life.answer(fate.solved, by, self._solution(by, begin), "solved", self.kind)

    def _noticed(self) -> None:
        """Nobody asked, so nobody is written to."""
        fate = self.fate
        self.life.note(fate.solved, self.handler, self._words(self.tale.solution))
        self.life.set_status(fate.solved, "solved", self.handler, self.kind)

    def _single(self) -> None:
        self._note_before(self.fate.solved)
        self._solve(self.fate.solved)

    def _ask(self) -> None:
        fate = self.fate
        self.life.answer(
            fate.answered, self.handler, self._from_desk(self.exchange.question), "pending"
        )
        self.life.write_back(fate.turn, self._back(self.exchange.answer))
        self._note_before(fate.solved)
        self._solve(fate.solved)

    def _promise(self) -> None:
        fate = self.fate
        self.life.answer(fate.answered, self.handler, self._working_on_it())
        if self.tale.note:
            self.life.note(max(fate.turn, fate.answered), self.handler, self._words(self.tale.note))
        self._solve(fate.solved)

    def _pass_on(self) -> None:
        fate = self.fate
        if fate.turn <= fate.answered:
            self._hand_over(fate.turn)
            if fate.solved > fate.answered:
                self.life.answer(fate.answered, self.handler, self._working_on_it())
        else:
            words = self._from_desk(phrases.ASKED_A_COLLEAGUE, self.dispatcher)
            self.life.answer(fate.answered, self.dispatcher, words)
            self._hand_over(fate.turn)
        self._solve(fate.solved)

    def _hand_over(self, at: int) -> None:
        note = self._words(self.dice.choice(phrases.PASSED_ON))
        self.life.note(at, self.dispatcher, note)
        self.life.assign(at + MINUTE // 2, self.handler.team, self.handler, self.dispatcher)

    def _supplier(self) -> None:
        fate, life = self.fate, self.life
        supplier = self.teller.suppliers.get(self.question.service)
        words = self._from_desk(self.dice.choice(phrases.AT_THE_SUPPLIER))
        if supplier is None:
            back = max(fate.turn, fate.answered + 3 * MINUTE)
            life.answer(fate.answered, self.handler, words, "on_hold")
            self._note(fate.answered + 2 * MINUTE, phrases.ASKED_OUTSIDE)
            if back < fate.solved:
                self._note(back, phrases.BACK_FROM_OUTSIDE, "open")
        else:
            life.answer(fate.answered, self.handler, words)
            asked = self._words(self.dice.choice(phrases.ASKED_THE_SUPPLIER))
            life.forward(fate.answered, self.handler, supplier, asked)
            back = self._answer_of_supplier()
            if back < fate.solved:
                answer = self._words(self.dice.choice(phrases.ANSWER_OF_THE_SUPPLIER))
                life.hear_supplier(back, answer)
                life.end_with_supplier(fate.solved, self.handler)
        self._solve(fate.solved)

    def _answer_of_supplier(self) -> int:
        """Some time before the desk is done with it."""
        office, asked = self.teller.office, self.fate.answered
        worked = office.count(max(self.fate.turn, asked)) - office.count(asked)
        return max(office.after(asked, int(worked * SUPPLIERS_PART)), asked + 3 * MINUTE)

    def _note(self, at: int, choices: Sequence[Piece], then: str = "") -> None:
        self.life.note(at, self.handler, self._words(self.dice.choice(choices)), then)

    def _reopened(self) -> None:
        fate = self.fate
        self._solve(fate.answered)
        self.life.write_back(fate.turn, self._back(self.dice.choice(phrases.STILL_NOT)))
        words = self._from_desk(self.dice.choice(phrases.SOLVED_AFTER_ALL))
        self.life.answer(fate.solved, self.handler, words, "solved", self.kind)

    def _confirmed(self) -> None:
        fate = self.fate
        words = self._from_desk(self.tale.solution)
        self.life.answer(fate.answered, self.handler, words, "pending")
        self.life.confirm(fate.solved)

    def _expired(self) -> None:
        fate = self.fate
        words = self._from_desk(self.exchange.question)
        self.life.answer(fate.answered, self.handler, words, "pending")
        self.life.solve_by_rule(fate.solved)

    def _solve(self, at: int) -> None:
        self.life.answer(at, self.handler, self._solution(self.handler), "solved", self.kind)

    def _note_before(self, at: int) -> None:
        if self.tale.note and self.dice.random() < 0.4:
            earlier = self.teller.office.ago(at, 4 * MINUTE)
            if earlier > max(self.fate.turn if self.fate.turn < at else 0, self.life.updated_at):
                self.life.note(earlier, self.handler, self._words(self.tale.note))

    def _afterwards(self) -> None:
        """Calls, thanks and confirmations."""
        fate, life, dice = self.fate, self.life, self.dice
        self._opinion()
        if life.status != "solved" or fate.category == NONE or fate.pattern == lives.NOTICED:
            return
        chance = dice.random()
        later = max(fate.solved + int((0.1 + dice.random()) * 5 * HOUR), life.updated_at)
        if chance < 0.07:
            life.thank(later, self._words(dice.choice(phrases.THANKS)))
        elif chance < 0.16:
            life.confirm(later + int(dice.random() * DAY))

    def _opinion(self) -> None:
        """What some say of the help, and what the desk does with it."""
        fate, life = self.fate, self.life
        if not fate.verdict or life.status != "solved":
            return
        satisfied = fate.verdict == "positive"
        comments = phrases.SATISFIED if satisfied else phrases.NOT_SATISFIED
        life.rate(fate.rated, fate.verdict, comments[fate.created % len(comments)])
        if not satisfied:
            life.follow_up(self.teller.office.after(fate.rated, 3 * HOUR), self.handler)

    # --- words ------------------------------------------------------------------------------

    def _words(self, piece: Piece) -> Words:
        return piece.filled(self.question.blanks)

    def _back(self, piece: Piece) -> Words:
        """As the requester writes back: by mail with a greeting."""
        if self.question.opening.channel != "mail":
            return self._words(piece)
        return joined([piece, self.dice.choice(phrases.MAIL_ENDS)], self.question.blanks)

    def _from_desk(
        self, piece: Piece, by: Person | None = None, begin: Piece | None = None
    ) -> Words:
        blanks, dice = self.question.blanks, self.dice
        blanks["agent"] = (by or self.handler).first_name
        if begin is None:
            begin = dice.choice(phrases.DESK_GREETS if self.greeted else phrases.DESK_BEGINS)
            self.greeted = True
        return joined([begin, piece, dice.choice(phrases.DESK_ENDS)], blanks)

    def _working_on_it(self) -> Words:
        choices = phrases.WORKING_ON_IT.get(self.fate.category, phrases.LOOKING_INTO_IT)
        return self._from_desk(self.dice.choice(choices))

    def _solution(self, by: Person, begin: Piece | None = None) -> Words:
        return self._from_desk(self.tale.solution, by, begin)
