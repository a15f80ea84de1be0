"""Sentences of a text as half-open ranges, and which of them speak to the reader.

Abstracts describe work; a sentence that gives orders ("ignore previous instructions"), plays a role
("SYSTEM:") or hides characters is flagged: it may be reported, never used as a premise.
"""

import re

Range = tuple[int, int]

_END = re.compile(r"[.!?][\"'”’)\]]*(?=\s+[\"'“‘(\[$]?[A-Z0-9\u00c0-\u024f]|\s*$)|\n\s*\n")
_SHORT = re.compile(r"(?:\b(?:e\.g|i\.e|et al|vs|cf|Fig|Eq|Sec|Tab|Dr|No|approx|resp|St)|(?<![A-Za-z])[A-Z])\.$")

# Zero-width, bidirectional and other invisible format characters: nothing honest needs them in English.
_HIDDEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]")
_ROLE = re.compile(
    r"(?:^|[\s\"'(\[#*>])(?:system|assistant|user|human|developer|admin|operator|instructions?|prompt|"
    r"(?:note|message|attention|reminder|memo|order)s? (?:to|for) (?:the )?(?:ai|assistant|model|llm|reader|reviewer|agent|bot|system)\w*)"
    r"\s*(?:prompt|message|note|override)?\s*(?:[:>]|\]\])",
    re.I,
)
_MARKUP = re.compile(r"<!--|-->|\[/?INST\]|<\|[^|]*\|>|</?(?:system|assistant|user|instructions?|script|prompt)>|```", re.I)
_ORDER_WORDS = (
    r"ignore|disregard|forget|override|bypass|rank|recommend|cite|mention|answer|respond|reply|output|print|say|tell|"
    r"write|state|claim|pretend|act as|remember|list|insert|append|include|prefer|choose|select|treat|conclude|declare|"
    r"repeat|reveal|summari[sz]e|translate|visit|click|download|open|send|email|execute|run|give|assign|rate|label|mark|"
    r"endorse|praise|promote|hide|omit|skip|stop|follow|obey|use only|make sure|be sure|ensure|assume|suppose you"
)
# An order needs its object: "Rank this first" is one, "State-of-the-art methods" and "Label noise" are not.
_OBJECT = r"(?=\s+(?:this|that|it|the|only|all|no|nothing|not|any|our|my|us|an?|with|as|to|your|every|each|papers?|models?|[PM]\d|[\"“'‘])\b|\s+[\"“'‘])"
_IMPERATIVE = re.compile(
    r"(?:^|[:;—–]\s+(?:and |then |now |so |but )?)[\"'“(]*"
    r"(?:(?:please|always|never|instead|now|then|also|finally|kindly|just|important)[,: ]+)*"
    rf"(?:(?:{_ORDER_WORDS}){_OBJECT}|(?:do not|don't|please|never|always) \w+)",
    re.I,
)
_OVERRIDE = re.compile(
    r"\b(?:ignor|disregard|forget|overrid)\w*\s+(?:\w+\s+){0,4}(?:previous|prior|above|earlier|preceding|other|all|any)\b"
    r"|\b(?:previous|prior|above|earlier|preceding|these|system|following) (?:instruction|prompt|order|direction|command)s?\b",
    re.I,
)
_ABOUT_READER = re.compile(
    r"\b(?:you(?! only)|your|yourself)\b"
    r"|\b(?:dear|attention|hey) (?:reader|reviewer|assistant|ai|model)\b"
    r"|\b(?:the|this|any|every|an?) (?:ai |language )?(?:assistant|chatbot|answering (?:system|model|agent)|summari[sz]er)s? (?:must|should|shall|is to|are to|has to|will|ought|needs?)\b"
    r"|\b(?:the )?(?:answers?|reply|replies|response|ranking|report|recommendation)s? (?:must|should|shall|has to|have to|ought to|needs? to)\b"
    r"|\b(?:must|should|shall) (?:be (?:ranked|cited|listed|recommended|mentioned|preferred|chosen)|rank|recommend|cite|mention|answer|reply|respond)\b"
    r"|\bas an? (?:ai|language model|assistant)\b",
    re.I,
)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Range]:
    """Split text[start:end] into trimmed sentences; abbreviations and decimals do not end one."""
    stop = len(text) if end is None else end
    found: list[Range] = []
    begin = start
    for match in _END.finditer(text, start, stop):
        if text[match.start()] == "." and _SHORT.search(text, begin, match.start() + 1):
            continue
        found.append((begin, match.end()))
        begin = match.end()
    found.append((begin, stop))
    return [trimmed for one in found if (trimmed := trim(text, one))]


def trim(text: str, one: Range) -> Range | None:
    """The range without white space at its ends; None when nothing is left."""
    begin, end = one
    while begin < end and text[begin].isspace():
        begin += 1
    while end > begin and text[end - 1].isspace():
        end -= 1
    return (begin, end) if begin < end else None


def speaks_to_reader(sentence: str) -> bool:
    """True for orders, role prefixes, prompt markup and hidden characters in running text."""
    return title_speaks_to_reader(sentence) or any(p.search(sentence) for p in (_IMPERATIVE, _ABOUT_READER))


def title_speaks_to_reader(title: str) -> bool:
    """The same for titles and links, which may well say "you" or start with a verb."""
    return any(p.search(title) for p in (_HIDDEN, _MARKUP, _ROLE, _OVERRIDE))


_CONNECTIVE = re.compile(
    r"(?:(?:in this (?:paper|work|study|article)|in the current work|in detail|in particular|in practice|in addition|to this end|to do so|specifically|moreover|furthermore|"
    r"additionally|finally|therefore|thus|hence|consequently|here|within it|then|instead|unlike prior work|for example|for instance|notably|concretely),\s+"
    r"|(?:(?:extensive |our )?(?:experimental results|experiments|results) (?:show|demonstrate|indicate) that|through extensive empirical validation, we demonstrate that|on standard benchmarks,)\s+)+",
    re.I,
)
_CUT = re.compile(r";\s|,\s(?:and|while|which|where|so that|thereby|thus|whereas|leading|allowing|without|because|before|after|when|including|as well as|i\.e\.|e\.g\.)\s|,?\s(?:while|whereas|so that)\s|\s(?:e\.g\.|\()")
_TURNS = re.compile(r"\b(?:not|no|never|but|however|although|only|except|without|unless|cannot|fail\w*|nor|neither)\b", re.I)
LONGEST_TOLD = 30  # words of a source in one piece


def told_range(text: str, sentence: Range) -> Range:
    """The part of a sentence that an answer may tell: no leading connective, no overlong tail.

    A tail is cut only at a clause boundary and only when it holds no negation or contrast, so that
    cutting never turns the meaning. The checker calls this too: nothing else may be told.
    """
    start, end = sentence
    lead = _CONNECTIVE.match(text, start, end)
    start = lead.end() if lead and lead.end() < end else start
    if len(text[start:end].split()) <= LONGEST_TOLD:
        return start, end
    cuts = [m.start() for m in _CUT.finditer(text, start, end)]
    fitting = [c for c in cuts if 8 <= len(text[start:c].split()) <= LONGEST_TOLD and not _TURNS.search(text, c, end)]
    open_bracket = [c for c in fitting if text.count("(", start, c) == text.count(")", start, c)]
    return (start, open_bracket[-1]) if open_bracket else (start, end)
