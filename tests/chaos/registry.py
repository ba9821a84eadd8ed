"""All rows by name, in the table's order."""

from tests.chaos import faults_messages, faults_stores, faults_web, faults_workers
from tests.chaos.rows import Row

_ORDER = (
    "none",
    "kill-worker",
    "kill-web",
    "kill-beat",
    "freeze-worker",
    "kill-redis",
    "lose-message",
    "double-message",
)
_ALL = {
    "none": Row(),
    **faults_workers.ROWS,
    **faults_web.ROWS,
    **faults_stores.ROWS,
    **faults_messages.ROWS,
}
ROWS = {name: _ALL[name] for name in _ORDER}
