"""The tree of errors. Every message says what happened, the value, and what to do next.

RestographError               exit code 1
├── BriefError                a brief does not parse (line and expectation)
├── QuestionError             a question cannot be read
├── WorkflowError             a graph does not type-check (node and port)
├── AnswerError               an answer, or a file that should be one, is malformed
├── ImageError                a picture cannot be read or written
│   ├── UnsupportedImage      a format or kind of picture we refuse, with the way out
│   └── LimitExceeded         too many bytes or pixels, refused before decoding
├── ModelError                a card, a weight file or a session is wrong
│   ├── ModelNotFound         no installed model has this name
│   ├── HashMismatch          a file is not the one that was recorded
│   └── ProviderUnavailable   the execution provider asked for is not there
├── RunError                  an execution failed or gave a result we refuse
│   └── OutOfMemory           no tile size fits the memory budget (retryable with a larger one)
├── OutputExists              a file would be overwritten (use --force)
├── DraftError                a language model's server is unusable (the answer does without it)
├── MissingSlot               a needed step has no model; the answer was still written
├── MissingExtra              an optional dependency is needed (names the pip command)
└── DataError                 training data, a recipe or a checkpoint is unusable
"""


class RestographError(Exception):
    """Base of all errors that Restograph raises on purpose; `retryable` says if trying again can help."""

    retryable = False


class BriefError(RestographError):
    """A brief does not follow the grammar; carries the 1-based line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


class QuestionError(RestographError):
    """A question is empty or cannot be read."""


class WorkflowError(RestographError):
    """A workflow does not validate or does not parse."""


class AnswerError(RestographError):
    """An answer document is malformed."""


class ImageError(RestographError):
    """A picture cannot be read or written."""


class UnsupportedImage(ImageError):
    """A format or kind of picture that is refused, with the way out."""


class LimitExceeded(ImageError):
    """Too many bytes or pixels."""


class ModelError(RestographError):
    """A model card, a weight file or a session is wrong."""


class ModelNotFound(ModelError):
    """No installed model has this name."""


class HashMismatch(ModelError):
    """A file differs from the one that was recorded."""


class ProviderUnavailable(ModelError):
    """The execution provider asked for cannot be used."""


class RunError(RestographError):
    """An execution failed or gave a result that is refused."""


class OutOfMemory(RunError):
    """No tile size fits the memory budget."""

    retryable = True


class OutputExists(RestographError):
    """An output file exists already."""


class DraftError(RestographError):
    """A server of a language model is misconfigured, unreachable or talks nonsense."""

    retryable = True


class MissingSlot(RestographError):
    """A step that changes the size has no model."""


class MissingExtra(RestographError):
    """An optional dependency is not installed."""

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(f"{what} needs the {extra!r} extra: pip install 'restograph[{extra}]'")


class DataError(RestographError):
    """Training data, a recipe or a checkpoint is unusable."""
