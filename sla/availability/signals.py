"""Who builds on outages, such as the alarm, hears of them here: they lie downstream."""

from django.dispatch import Signal

#: Sent inside the verb's transaction for each row of the log. Gives `event`: AvailabilityEvent;
#: its `outage` (or `maintenance`) is as it is after the verb's change.
availability_changed = Signal()
