"""What is at stake: of all leads given to reps, those that must be tried next, and until when. Pure."""

from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from dashboard.followed import FIRSTS, Followed, Instants
from dashboard.reps.day import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)
NOTHING = -1


class Stakes(NamedTuple):
    """For each lead, in the places of ``Followed``, what must be done and by when."""

    kind: NDArray[np.int8]
    """Places in ``KINDS``; ``NOTHING`` where nothing is due."""
    deadline: Instants

    def of(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return which of these places are due, late ones first, then by the time left."""
        mine = places[self.kind[places] != NOTHING]
        late = self.kind[mine] != KINDS.index("late")
        return np.asarray(mine[np.lexsort((self.deadline[mine], late))])

    def count(self, kind: Kind) -> int:
        """Return how many leads are due in such a way."""
        return int(np.count_nonzero(self.kind == KINDS.index(kind)))


def stakes(found: Followed, wanted: int) -> Stakes:
    """Return what is due of all leads, where so many attempts were promised.

    A lead that nobody has tried is due until its first attempt's time is up, and late from then on. One that was
    tried too seldom is due again until its promised days are over. A settled lead is never due.
    """
    late, untried = found.first == FIRSTS.index("overdue"), found.first == FIRSTS.index("due")
    kind = np.select([late, untried, found.again(wanted)], range(len(KINDS)), NOTHING).astype(np.int8)
    return Stakes(kind, np.where(late | untried, found.due_at, found.ends_at))
