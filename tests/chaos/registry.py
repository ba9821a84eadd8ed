"""All rows by name, in the table's order."""

from tests.chaos import (
    faults_attempts,
    faults_batches,
    faults_messages,
    faults_model,
    faults_stores,
    faults_web,
    faults_workers,
)
from tests.chaos.rows import Row

_ORDER = (
    *("none", "kill-worker", "kill-pool-child", "kill-web", "kill-beat", "freeze-worker"),
    *("kill-redis", "pause-redis", "lose-message", "double-message", "poison", "hang"),
    *("rolling-restart", "kill-web-before-publish", "skewed-clock", "batches"),
)
_ALL = {
    "none": Row(),
    **faults_attempts.ROWS,
    **faults_batches.ROWS,
    **faults_messages.ROWS,
    **faults_model.ROWS,
    **faults_stores.ROWS,
    **faults_web.ROWS,
    **faults_workers.ROWS,
}
ROWS = {name: _ALL[name] for name in _ORDER}
