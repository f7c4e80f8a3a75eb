"""Every error a person can cause, in one small tree.

NeuroscribbleError
├── DataError        digits that are missing, damaged or not what they claim to be
├── WeightsError     a weights file that cannot be trusted
├── PictureError     a picture in which no digit can be read
├── LessonError      a lesson that cannot be followed, or answers that cannot be read
├── ShapeError       an array of the wrong shape
├── SettingsError    an option out of its range, or options that exclude each other
├── ArraysError      arrays of different libraries, or of one that is not there
├── DeviceError      no such processor, or not enough of its memory
├── OutputError      a file that cannot be written
├── ClusterError     machines that cannot be reached, or runs that failed on them
└── DisplayError     no screen to open a window on

The message is one sentence (sometimes two): what, what was expected, what was found, what to
do. The command line prints it and leaves with exit code 2; nobody sees a traceback.
"""

from __future__ import annotations


class NeuroscribbleError(Exception):
    """Base of all errors that a person can cause."""


class DataError(NeuroscribbleError):
    """Digits are missing, damaged or not what they claim to be."""


class WeightsError(NeuroscribbleError):
    """A weights file cannot be trusted."""


class PictureError(NeuroscribbleError):
    """A picture holds no digit that can be read."""


class LessonError(NeuroscribbleError):
    """A lesson cannot be followed, or answers to one cannot be read."""


class ShapeError(NeuroscribbleError, ValueError):
    """An array has the wrong shape."""


class SettingsError(NeuroscribbleError, ValueError):
    """An option is out of its range, or options exclude each other."""


class ArraysError(NeuroscribbleError, TypeError):
    """Arrays come from different libraries, or from one that is not there."""


class DeviceError(NeuroscribbleError):
    """A processor is not there, or its memory does not suffice."""


class OutputError(NeuroscribbleError):
    """A file cannot be written."""


class ClusterError(NeuroscribbleError):
    """Machines cannot be reached, were lost, or a run failed on them."""


class DisplayError(NeuroscribbleError):
    """There is no screen to open a window on."""
