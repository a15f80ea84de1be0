"""Which sentences speak to the reader: orders, roles, markup and hidden characters in running text.

Abstracts describe work; a sentence that gives orders ("ignore previous instructions"), plays a role
("SYSTEM:") or hides characters is flagged: it may be reported, never used as a premise.
"""

import re
import unicodedata
from functools import lru_cache

from restograph.evidence.discourse import about_the_answer
from restograph.task.patterns import Either, Lazy

# --- orders: what is said to the one who reads the brief, not about the work ------------------------

# Zero-width, bidirectional and other invisible format characters: nothing honest needs them in English.
_HIDDEN = Lazy(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_MIXED_SCRIPTS = Lazy("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")  # letters that pass for others
_MARKUP = Lazy(
    r"<!--|-->|\[/?INST\]|<\|[^|]*\|>|</?(?:system|assistant|user|instructions?|script|prompt)>|```|\[/?system\]", re.I
)

_AI = r"(?:ai(?: \w+)?|(?:large )?language models?|llms?|assistants?|chat ?bots?|(?:ai )?agents?|summari[sz]ers?|answering \w+|"
_AI += r"chatgpt|gpt(?:-\d)?|claude|gemini|copilot)"
_READER = (
    rf"(?:{_AI}|readers?|reviewers?|whoever|anyone|anybody|everyone|evaluators?|graders?|automat\w+ systems?|"
    r"system that (?:reads|processes|summari[sz]es|answers|uses) this)"
)
_SOURCE = r"(?:paper|source|entry|publication|repository|repo|summary|work|article|link|reference)s?"
_KEY = r"[MP]\d{1,2}"

# Where a clause may begin that has no subject: the sentence, a bracket, a dash, a colon.
_BEGIN = r"(?:^|[.!?][\"'”’)]*\s+|[(\[{\"'“‘>]\s*|[#*>]\s*|\s[-–—]\s+|[;:—–]\s+)"
_ROLE_NAME = r"(?:system|assistant|user|human|developer|admin|operator|reviewer|(?:new )?instructions?|ai|llm)"
_NOTICE = (
    r"(?:note|message|attention|reminder|memo|orders?|instructions?) (?:to|for) (?:the |any |all )?"
    rf"(?:{_AI}|model|reader|reviewer|bot|system)s?\b"
)
_ROLE = Lazy(
    rf"(?:{_BEGIN})(?:{_ROLE_NAME}(?: (?:prompt|message|note|override|instructions?))?|system prompt)\s*(?:[:>]|\]\])"
    rf"|\b{_NOTICE}[^.:]{{0,30}}:|(?-i:\b(?:SYSTEM|ASSISTANT|ADMIN|INSTRUCTIONS?)\s*(?:[:>]|OVERRIDE))",
    re.I,
)

_RULES = r"(?:instruction|prompt|directive|command|guideline)s?"
_BEFORE = r"(?:previous|prior|above|earlier|preceding|foregoing|existing|initial|original|system)"
_DROP = r"(?:ignor|disregard|forget|overrid|bypass|discard|cancel|supersed)\w*"
_OVERRIDE = Lazy(
    rf"\b{_DROP}\s+(?:\w+\s+){{0,4}}{_RULES}\b"
    rf"|\b{_DROP}\s+(?:everything|all|anything|what)\s+(?:\w+\s+){{0,3}}(?:above|before|earlier|previously|said|told)\b"
    rf"|\b(?:the|all|any|your|these|those)\s+{_BEFORE}\s+(?:instruction|prompt|directive|command)s?\b(?! (?:used|of|for|the|them|us|a|an|users?)\b)"
    r"|\binstructions (?:above|below|before)\b|^override\b(?! signal)"
    r"|\b(?:new|real|actual|next|updated) (?:task|request|instruction|order|objective)s?\s*:|\bbegin (?:new )?instructions\b"
    r"|\bend of (?:the )?(?:summary|abstract|document|brief|context|prompt|input)\b|^from now on\b(?!,? (?:the term|we)\b)|\bfrom now on,(?! (?:the term|we)\b)",
    re.I,
)

_ANSWERING = (  # verbs of one who writes an answer
    r"rank|recommend|cite|mention|answer|respond|reply|tell|say|state(?= (?:that|this)| [\"“])|claim|pretend|ignore|disregard|forget|praise|endorse|"
    r"promote|credit|conclude|declare|summari[sz]e|call(?! it a (?!fit|perfect))|name|describe|favou?r|emphasi[sz]e|stress"
)
_DOING = (  # verbs that also name steps of a method
    r"override|bypass|output|print|write|act as|remember(?! that)|list|insert|append|include|prefer|pick|choose|select|treat|repeat|reveal|"
    r"translate|visit|click|download|open|send|email|execute|run|give|assign|rate|label|mark|hide|omit|leave out|skip|stop|follow|obey|use only|"
    r"use(?= URL)|link to|trust|make sure|be sure|ensure|place|put|move|keep|report|assume (?:that )?(?=the (?:answer|user|reader))|"
    r"refer (?=readers|users|people|everyone|them|the (?:reader|user))"
)
_ANSWER_PART = r"(?:answer|reply|response|summary|verdict|ranking|rank|rating|score|list|report|link|repository)"
_OBJECT = (
    r"(?=\s*(?:this|that|it|the|only|all|no|nothing|not|any|our|my|us|an?|with|as|to|your|every|each|other|others|papers?|models?|yes|ok|okay|first|"
    rf"highest|here|in|how|URL|readers|users|people|everyone|them|{_KEY}|[\"“'‘])\b|\s+[\"“'‘])"
)
_THIS = (  # an object that only an answer has
    rf"\s+(?:(?:this|our|the present|the following|every other|all other|the other|no other|only this) (?:\w+ )?{_SOURCE}\b"
    rf"|(?:this|our) \w+ (?:first\b|and no other|only\b|above all)|this one\b|the (?:user|reader)s?\b|{_KEY}\b|URL"
    rf"|in the (?:answer|summary|report)|(?:it|this|us) the (?:verdict|highest|top|best|first)\b)"
)
_ADVERBS = (
    r"(?:(?:please|always|never|instead|now|then|so|also|finally|kindly|just|simply|important|urgent|warning|and|but|hence|thus|therefore|accordingly|"
    r"remember to|remember|do)[,:! ]+)*"
)
_HONEST_PLEASE = r"(?:see|refer to|note|find|consult|visit (?:the|our) project|contact)\b"
_EDITS = rf"(?:set|change|update|replace|add|begin|start|raise|lower|fill)\b (?:\w+ ){{0,2}}{_ANSWER_PART}\b"
_START = rf"(?:^|[.!?][\"'”’)]*\s+)[\"'“(]*{_ADVERBS}"
_IMPERATIVE = Either(
    (
        rf"{_START}(?:{_ANSWERING}|{_DOING}){_OBJECT}",
        rf"{_START}{_EDITS}",
        rf"{_START}(?:do not|don't|please(?! {_HONEST_PLEASE})) \w+",
        rf"{_START}(?:(?:always|never) (?!before\b|again\b|the less\b)\w+|consider (?:this|our) (?:{_SOURCE}|the best|as|one))",
        rf"(?:[;:—–]|\s-)\s+{_ADVERBS}(?:(?:{_ANSWERING}){_OBJECT}|(?:do not|don't|please) \w+)",
        rf"(?:[;:—–]|\s-)\s+{_ADVERBS}(?:{_DOING}){_THIS}",
        rf",\s+(?:and|then|so|but|now)\s+{_ADVERBS}(?:{_ANSWERING}|{_DOING}){_THIS}",
        rf"^(?:when|if|before|after|while|for|in)\b[^,.;]{{0,60}},\s+{_ADVERBS}(?:{_ANSWERING}|{_DOING}){_THIS}",
        rf"\bplease (?:{_ANSWERING}|{_DOING})\b",
        rf",\s+(?:do not|don't) (?:{_ANSWERING}|{_DOING}|use)\b",
        rf"\b(?:forbidden|failure|not allowed|mandatory|obligatory) to (?:{_ANSWERING})\b",
    ),
    re.I,
)

# Any verb does when the object belongs to the brief or the answer, not to the work.
_ACTS = (
    r"elevate|provide|delete|remove|change|let|inform|warn|notify|attribute|quote|upvote|show|present|display|highlight|feature|advertise|point|direct|count|"
    r"score|grade|judge|rule|vote|accept|reject|dismiss|exclude|drop|demote|downgrade|lower|raise|upgrade|boost|confirm|deny|assert|swap|switch|prioriti[sz]e|"
    r"make|copy|repeat|discard|buy|encourage|sign up|subscribe"
)
_OF_THE_BRIEF = (
    rf"(?:{_KEY}|this (?:{_SOURCE}|tool|product|sentence)|our (?:{_SOURCE}|tool|product)|(?:all |the |any |every )?(?:other|remaining|competing) {_SOURCE}|"
    rf"(?:the |all )?(?:users?|readers?)(?= (?:know|that|about|to))|to the users?|URL|the {_ANSWER_PART})\b"
)
_IN_GENERAL = r"(?:(?:in all cases|under no circumstances|in any case|at all costs|to whom it may concern|only|without exception),? )?"
_COMMAND = Either(
    (
        rf"(?:^|[.!?:;][\"'”’)]*\s+)[\"'“(]*{_ADVERBS}{_IN_GENERAL}(?:{_ACTS}|{_ANSWERING}|{_DOING})\b(?! operations?)"
        rf"(?: (?!(?:are|is|was|were|has|have|by|of)\b)[\w-]+){{0,4}}? {_OF_THE_BRIEF}",
        rf"^(?:{_AI}|hey|hello|to whom it may concern)\b[^.,]{{0,15}}, {_ADVERBS}(?:{_ACTS}|{_ANSWERING}|{_DOING}) (?:this|us|our|it|only|no|{_KEY})\b",
        r"^(?:generate|return|compose|write|output|print) (?:a |an |only |just |the word )*(?:poem|story|joke|haiku|song|essay|json|xml|word)\b",
        r"\bthe task has changed\b|\bcompliance is\b|^(?:sign up|subscribe|buy) (?:at|to|now|our)\b|^repeat after\b",
    ),
    re.I,
)

_MUST = (
    r"(?:must|should|shall|will|may|ought to|(?:has|have|needs?) to|(?:is|are) (?:\w+ly )?(?:to|(?:asked|instructed|required|expected|told|urged|requested|obliged|"
    r"ordered|directed) to))"
)
_SAY = (
    rf"(?:\w+ly |not |also |never |always )*(?:{_ANSWERING}|prefer|list|treat|give|choose|pick|output|report|follow|obey|put|place|skip|act|know|write|include|omit|"
    rf"leave|trust|flag|use)\b(?=\s+(?:this(?: (?:{_SOURCE}|one|model|method|tool|text|first|as)\b|\s*[.,;])|"
    rf"our (?:{_SOURCE}|model|method|tool)\b|that|it|us|only|no\b|yes|as\b|full|{_KEY}|first|nothing|[\"“]|"
    rf"the (?:{_SOURCE}|answer|user|other|remaining|method|verdict|limit)))"
)
_PASSIVE = r"(?:ranked|cited|listed|recommended|mentioned|preferred|chosen|named|placed|credited|called|treated|ignored|skipped|disregarded|dropped|omitted|trusted)"
_ABOUT_READER = Either(
    (
        r"(?<!let )(?<!lets )(?<!allow )(?<!allows )(?<!help )(?<!helps )\b(?:(?<!all )you(?! only)|your|yours|yourself)\b",
        r"\b(?:dear|attention|hey|hello) (?:reader|reviewer|assistant|ai|model|chatbot|llm)\b",
        rf"\b{_READER}(?: \w+){{0,5}}? {_MUST} {_SAY}|\bno {_AI} (?:may|must|should|can) (?:{_ANSWERING}|criticise)\b",
        rf"\b(?:answers?|reply|replies|summary|ranking|(?:final )?report|list|recommendations?|verdict) {_MUST} {_SAY}",
        rf"\b(?:(?:this|our|(?:all|the|no|every) other|the remaining) {_SOURCE}|{_KEY}) {_MUST} be {_PASSIVE}\b|\b{_KEY} is (?:the )?(?:best|winner|only)\b|\bverdict\s*[:=]",
        rf"\bthis (?:model|method) {_MUST} be (?:ranked|listed|placed|named|cited) (?:first|at the top|above|before)\b",
        rf"\b(?:ask|tell|urge|instruct|request|order|beg|want)\w* (?:the |any |every |all )?(?:{_READER}|you)\b.{{0,20}}? to {_SAY}",
        rf"\b(?:mandatory|required|necessary|essential|important|imperative) (?:for|that) (?:the |any |every )?(?:{_READER}|answer|summary|report|reply)\b",
        rf"\b(?:recommended|suggested|advised|requested|demanded) that (?:the |any |every )?{_READER}\b",
        rf"\b(?:written|meant|intended|addressed|directed) (?:for|to|at) (?:the |any |an )?{_AI}\b|\b(?:would|could|can|will) (?:the |any |an )?{_AI} please\b",
        r"\bas an? (?:ai|language model|assistant)\b",
    ),
    re.I,
)
_PROMOTES = Lazy(
    rf"\b(?:rank|list|place|put|cite|recommend|mention|name) (?:this|our|the present) (?:\w+ )?(?:{_SOURCE}|model|method|one)? ?"
    r"(?:first|only|(?:at|to) the top|above|before|highest|to everyone)\b",
    re.I,
)
_LINK = re.compile(r"https?://[^\s<>\"“”]+", re.I)


# Titles and commonplaces in the imperative or with a general "you": orders to nobody.
_SLOGAN = Lazy(
    r"[^:.]{5,60}: (?:we|this|a|an|the|zero-shot|\w+ing|\w+-\w+|\w+) (?:simple |new |\w+ )?(?:principle|(?:paper|work)(?! (?:is|must|should|has|ranks?)\b)|revisit|propose|present|introduce|study|show|restoration|motivates)\b"
    r"|what you see is what you get\b|(?:if|suppose|when|imagine|whenever) you (?:have ever|take|look at|photograph|want to)\b(?!.{0,80}\b(?:answer|cite|recommend|rank|paper|source)\b)"
    r"|think before you \w+,|from now on, (?:the term|we|all|by)\b",
    re.I,
)


@lru_cache(maxsize=4096)
def speaks_to_reader(sentence: str) -> bool:
    """True for orders, role prefixes, prompt markup and hidden characters in running text."""
    plain = _plain(sentence)
    if _is_hidden(sentence) or any(p.search(plain) for p in (*_OPEN, _ROLE)) or about_the_answer(plain):
        return True
    return not _SLOGAN.match(plain) and any(p.search(plain) for p in (_IMPERATIVE, _COMMAND, _ABOUT_READER))


_OPEN = (_MARKUP, _OVERRIDE)  # orders wherever they stand


def before_order(title: str) -> int | None:
    """Where an order begins in a title, None without one. Titles may well say "you" or start with a verb or a role."""
    if _is_hidden(title):
        return 0
    found = [
        m.start() for p in (*_OPEN, _PROMOTES, _ROLE) if (m := p.search(title)) and (p is not _ROLE or m.start() > 0)
    ]
    role = _ROLE.match(title)
    if role and speaks_to_reader(title[role.end() :].lstrip()):
        found.append(0)
    if found:
        return len(title[: min(found)].rstrip(" \t:;,-–—|([{\"'<#*"))
    return 0 if _plain(title) != title and any(p.search(_plain(title)) for p in (*_OPEN, _PROMOTES)) else None


def _is_hidden(text: str) -> bool:
    return bool(_HIDDEN.search(text) or _MIXED_SCRIPTS.search(text))


def _plain(text: str) -> str:
    """Compatibility forms resolved (full-width letters), links out of the way: their words order nobody."""
    return _LINK.sub("URL", unicodedata.normalize("NFKC", text))
