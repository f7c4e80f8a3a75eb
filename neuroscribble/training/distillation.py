"""Learning from a teacher: besides the right answer, what a better network says of each digit.

"Surely a 4, and rather a 9 than a 1" tells more than "4" (Hinton, Vinyals and Dean 2015,
arXiv:1503.02531). The teacher is asked once, of every digit as it is, before distortions: what it
knows of another hand's 4 holds for that 4 a little slanted, too, and it costs no time later on.
Where it is wrong nobody shall learn its mistake: there it says what it usually says of that class.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..data.batches import Digits
from ..errors import SettingsError
from ..nn.losses import Loss, soft_cross_entropy, softmax
from ..nn.network import Network
from ..shapes import Floats, Labels


@dataclass(frozen=True, eq=False)
class Teacher:
    """A network that is asked, and how much its answers count.

    With share s and temperature T the loss is

        (1 − s) · own loss + s · T² · cross-entropy of softmax(z / T) with softmax(teacher's z / T)

    T² keeps both parts of one size: gradients of the second shrink with 1 / T². Raises
    SettingsError for a share outside 0 to 1, a temperature of at most 0, or a network whose
    answers are not one of many classes.
    """

    network: Network
    share: float
    temperature: float

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1 or not self.temperature > 0:
            raise SettingsError(
                "a teacher's share must be above 0 and at most 1, its temperature above 0; got "
                f"{self.share:g} and {self.temperature:g}."
            )
        if self.network.output.name != "softmax":
            raise SettingsError("a teacher must tell how probable each of its classes is.")

    def asked(self, digits: Digits) -> Digits:
        """The digits with what the teacher says of each: `targets`, (N, K).

        Of what is no digit (the label K) every class is as likely.
        """
        if digits.images.shape[1:] != self.network.input_shape:
            raise SettingsError(
                f"the teacher reads {self.network.input_shape[0]:,} numbers; "
                f"the digits have {digits.images.shape[1]:,}."
            )
        targets = softmax(self.network.logits(digits.images) / self.temperature)
        n_classes = targets.shape[1]
        is_right = targets.argmax(axis=1) == digits.labels
        for k in range(n_classes):
            of_class = digits.labels == k
            if (is_right & of_class).any():
                targets[of_class & ~is_right] = targets[of_class & is_right].mean(axis=0)
        targets[digits.labels == n_classes] = 1 / n_classes
        return replace(digits, targets=targets)

    def lesson(self, own: Loss, targets: Floats) -> Loss:
        """The loss above for the digits of which the teacher says `targets`, (N, K)."""

        def taught(logits: Floats, labels: Labels) -> tuple[float, Floats]:
            loss, d_logits = own(logits, labels)
            soft_loss, d_cooled = soft_cross_entropy(logits / self.temperature, targets)
            weight = self.share * self.temperature
            return (
                (1 - self.share) * loss + weight * self.temperature * soft_loss,
                (1 - self.share) * d_logits + weight * d_cooled,  # d(z / T) / dz takes one T
            )

        return taught
