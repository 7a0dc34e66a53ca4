"""An embedded PostgreSQL comes up over whatever a killed run left behind."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg2
import pytest

from servicedesk.local import postgres
from servicedesk.local.postgres import CARELESS, Postgres
from tests.servicedesk.local.desk import let_others_through


@pytest.fixture
def cluster(tmp_path_factory) -> Iterator[Postgres]:
    folder = tmp_path_factory.mktemp("pg")
    let_others_through(folder)
    server = Postgres(folder / "postgres", folder / "s")
    yield server
    server.stop()


def query(server: Postgres, sql: str) -> str:
    connection = psycopg2.connect(host=str(server.sockets), user="desk", dbname="desk")
    with connection, connection.cursor() as cursor:
        cursor.execute(sql)
        answer = cursor.fetchone()[0]
    connection.close()
    return answer


def test_half_a_cluster_of_a_killed_start_is_made_anew(cluster):
    draft = cluster.data.with_name("postgres.new")
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    cluster.start(*CARELESS)
    assert query(cluster, "SELECT current_database()::text") == "desk"
    assert not draft.exists()


def test_a_number_that_belongs_to_somebody_else_now_is_left_alone(cluster):
    cluster.start(*CARELESS)
    cluster.stop()
    stranger = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    (cluster.data / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster.data}\n")

    cluster.start(*CARELESS)

    assert query(cluster, "SELECT 'well'::text") == "well"
    assert stranger.poll() is None
    stranger.communicate(b"\n")


def test_a_server_that_still_runs_is_stopped_first(cluster):
    cluster.start(*CARELESS)
    left_over = cluster.process
    again = Postgres(cluster.data, cluster.sockets)
    again.start(*CARELESS)
    assert left_over.wait(10) == 0
    again.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to leave root")
def test_root_becomes_nobody_where_namespaces_are_forbidden_and_back(cluster, monkeypatch):
    monkeypatch.setattr(postgres, "is_allowed", lambda namespace: False)
    as_nobody = Postgres(cluster.data, cluster.sockets)
    as_nobody.start(*CARELESS)
    assert query(as_nobody, "CREATE TABLE kept (); SELECT 'made'::text") == "made"
    as_nobody.stop()
    assert cluster.data.owner() == "nobody"

    monkeypatch.undo()
    cluster.start(*CARELESS)
    assert query(cluster, "SELECT 'kept'::regclass::text") == "kept"
    assert cluster.data.owner() == "root"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_user_without_a_name_can_run_it_too(cluster):
    """As in containers that are given a bare user number."""
    folder = cluster.data.parent
    os.chown(folder, 54321, 54321)
    if (child := os.fork()) == 0:
        try:
            os.setgroups([])
            os.setresgid(54321, 54321, 54321)
            os.setresuid(54321, 54321, 54321)
            server = Postgres(folder / "postgres", folder / "s")
            server.start(*CARELESS)
            server.stop()
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    assert cluster.data.stat().st_uid == 54321
