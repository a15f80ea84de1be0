"""Sentences about how the text at hand is to be read, used or answered: no abstract has a reason to hold them.

An order may be phrased as a fact ("Summaries of this work end with ..."), a wish or a convention. What such sentences share is
not their grammar but what they speak of: the answer, the one who writes it, this very text, the other texts beside it.
"""

import re
import unicodedata

from restograph.task.patterns import Either, Lazy

_TEXT = r"(?:abstracts?|entry|entries|records?|passages?|snippets?|summary|document|paragraph|text|sentence|submission|contribution|article|paper|study|work)"
_THIS_TEXT = rf"(?:this|the present|our|the above|the following) (?:very |same )?{_TEXT}"
_WRITER = (
    r"(?:(?:ai |writing |answering |research |this |the )?(?:assistant|chat ?bot|copilot|agent)s?|(?:large )?language models?|llms?|summari[sz]ers?|responders?|text generators?|"
    r"(?:answer|response|text)[- ](?:engine|generator|writer|system)s?|machine readers?|automat\w+ (?:reviewer|reader|system|tool)s?|"
    r"(?:model|system|tool|machine|program|ai|software)s? (?:reading|processing|that (?:read|retriev|process|summari[sz]|answer|index)\w*|quoting|citing|which read\w*)(?: \w+)? (?:this|these|the present)|question[- ]answering systems?|(?:web )?(?:scrapers|crawlers)|"
    r"whoever (?:is |are )?(?:compil|generat|writ|prepar|read|answer|summari[sz]|condens|abridg|index|cit|quot|us|process)\w*|readers? of (?:this|the present))"
)
_ANSWERS = (
    r"(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|overviews?|reports?|bibliograph(?:y|ies)|final answer)"
)
_OUGHT = (
    r"(?:must|should|shall|ought to|(?:is|are|be) (?:to|expected|requested|instructed|asked|encouraged|advised|required|obliged|urged|supposed|best)|needs? to|has to|have to|"
    r"(?:is|are) (?:always|never)|never|always|only if)"
)
_OTHERS = rf"(?!(?:\w+ )?other sources? of)(?:(?:the |all |any |every )?(?:other|remaining|competing|rival|retrieved|rest of the(?: retrieved)?|surrounding|neighbouring) (?:{_TEXT[3:-1]}|sources?|material|works?|results? beside|approaches by|laboratories))"
_SET_ASIDE = r"(?:ignor\w*|skip\w*|discard\w*|retract\w*|exclud\w*|drop(?:s|ped)?|omit\w*|leav\w+ out|left out|withh[eo]ld\w*|by mistake|no need to read|treated as|duplicates?)"

_CITE = r"(?:cit|nam|rank|recommend|mention|prais|label|quot|list|prefer|credit|promot|omit|skip|accept|stop|exclud|leave|round|say)\w*"

_TOPICS = (
    # how answers are to be: "Answers about rain are written without ...", "the reply is always ..."
    rf"\b{_ANSWERS} (?:about|to (?:the |any |every )?(?:question|quer)\w*|that (?:draw|use|cite|quote|mention)\w*|of this|on this|generated|drawing)\b.{{0,80}}?\b(?:are|is|end|never|always|opens?|carr\w+|contains?|deliver\w*|include|begins?)\b",
    rf"\b(?:the )?(?:good|ideal|best|fair|correct|right|proper|only) {_ANSWERS}\b.{{0,60}}?\b(?:says?|never|always|opens?|contains?|begins?|ends?|names?)\b",
    r"\bthe (?:reply|answer|response) (?:is|must be|remains) (?:always|never)\b|\bquestions? .{0,60}\bbe answered (?:with|by)\b|\b(?:text|summar\w+|answers?) generated from\b",
    r"\bsummaries (?:of|dropp?\w*)\b.{0,60}\b(?:end|dropp?\w*|say|mention|omit)\b|\bphrase [\"“'].{1,80}[\"”'] (?:be|is|should be|must be) used\b",
    # who writes it, together with this text, a duty or the other texts
    rf"\b{_WRITER}\b.{{0,90}}?\b(?:{_THIS_TEXT}|{_OUGHT} (?:not )?{_CITE}|(?:its|every|the|this|our) (?:citation|directive|sources?|title|recommendation|superiority)|(?<!-)(?:answer|verdict|relevance)(?! (?:pairs|questions)))\b",
    rf"\b(?:by|to|from|for|of|causing|have|having|in which|hence|that) (?:the |any |every |this )?(?:{_WRITER}|(?:system|model|tool) that retrieves)\b.{{0,60}}\b(?:cit|nam|omit|rank|list|recommend|state|return|report|assign|prais|mention|answer)\w*",
    rf"\b{_WRITER}(?: (?:downstream|only|that \w+|which \w+))* (?:to )?(?:omit|name|rank|list|recommend|state|return|report|assign|discard|withhold|round|act|label)s?\b",
    # this text, and what is to be done with it
    rf"\b{_THIS_TEXT}\b.{{0,60}}?\b(?:{_OUGHT}) (?:be )?(?:labell?ed|rank\w*|cited|quoted|recommend\w*|prais\w*|described|kept|named|listed|placed|treated|trusted|regarded|told|used|believed|skipped)\b",
    rf"\b(?:readers?|users?) of {_THIS_TEXT}\b|\b(?:quot|cit|us)ing {_THIS_TEXT} without\b|\b{_THIS_TEXT} (?:already )?(?:holds|contains|has) the (?:complete|whole|full|final|only) answer\b",
    rf"\b(?:for|in) (?:this entry|this record|this passage)\b|\bbump this\b|\b(?:place|put|rank|cite|citing|list|keep|name)\w* {_THIS_TEXT}\b.{{0,20}}\b(?:first|top|before|above|ahead)\b",
    rf"\b(?:way|words?) to describe {_THIS_TEXT}\b|\bthis contribution counts as\b|\btie in favou?r of the one\b",
    # the texts beside it
    rf"\b{_OTHERS}\b.{{0,70}}?\b{_SET_ASIDE}|\b{_SET_ASIDE}\b.{{0,40}}?\b{_OTHERS}\b",
    r"\bcontext window\b.{0,60}\b(?:treated|retracted|ignored|void|discarded)\b|\bretrieved (?:content|material|text|passages?|sources?|documents?)\b|\bwhen more than \w+ sources\b",
    rf"\brelevance (?:score|filter\w*)\b.{{0,40}}\b(?:of 10|off|this entry|this record)\b|\b{_SET_ASIDE} (?:every|all|any) (?:other )?(?:citations?|references?)\b",
    r"\b(?:shortcomings|weaknesses|limitations|flaws)\b.{0,60}\b(?:shall|must|should|need) not be (?:brought up|mentioned|named|reported|discussed)\b",
    r"\btold nothing about\b|\bbest to leave (?:it|them|that) out\b|\bwould only confuse\b",
    # the user of the one who answers, and the rules that bind it
    r"\b(?:whatever|whichever \w+|no matter what|no matter which \w+|as (?:though|if)|regardless of what) the (?:user|reader|asker|person)s? (?:had |has |have |may |might )?(?:ask|typ|prefer|want|say|request|nam)\w*",
    r"\b(?:(?:ai |virtual )?assistants?|ai|bot|(?<!the )agent|model that reads these words)\b.{0,40}\b(?:could|would|should|must|might|to|will|here)\b.{0,24}?\b(?:tell|say|suggest|admit|name|recommend|choos\w*|find itself|pick|mention)\b|\b(?:assistant|bot|ai|chatbot) (?:replied|answered|said|responded):",
    r"\b(?:hey|dear|hi|listen|attention|warning to|note to)[, ]+(?:the |all |any )?(?:bots?|ai|agents?|assistants?|models?|scrapers|crawlers|llms?|machines?)\b|\b(?:truthful|honest|good|helpful|smart) (?:ai|assistant|bot|model) would\b",
    r"\b(?:policy|directive|guideline|regulation|rule|update|law)\b.{0,40}\b(?:forbids?|prohibits?|requires?|bans?|mandates?|obliges?)\b.{0,20}\b(?:recommend|cit|mention|nam|suggest|prais|quot)ing\b",
    rf"\bwhitelisted {_THIS_TEXT}\b|\b(?:grading|answer|marking) (?:key|sheet|scheme) (?:lists?|says?|gives?|marks?)\b|\b(?:skip|pass|bypass) the (?:relevance|safety|fact|quality|verification) (?:check|filter|review)\b",
    r"\b(?:papers?|entries|sources|works?|models?) (?:that come |that follow |listed |which come )?after (?:this one|ours|us|it)\b.{0,60}\b(?:exclude|delete|malware|ignore|remove|retracted|skip)|\b(?:delete|exclude|remove|ignore|skip) the (?:entries|papers|sources|works) (?:that|which)\b",
    r"\b(?:summaries|answers|replies|responses|reports) that (?:fail|forget|omit|neglect|refuse|do not|don't)\b|\bthe answer to (?:whatever|all|any|every)\b|\band nothing (?:more|else)\.?$|\band nowhere else\b",
    r"\bswap (?:it|them|that) for ours\b|\bour (?:model|method|name|network) (?:is )?(?:the )?(?:final choice|winner)\b|\bthe winner (?:to be|is|be)\b|\bdo what it says\b|\bbase64\b",
    # wishes, threats and notices that only a reader can be the object of
    r"\b(?:would be|be) (?:much |most |greatly |very )?(?:appreciated|grateful)\b.{0,60}\b(?:if|for)\b|\bone small favou?r\b|\bpolite (?:suggestion|request) to\b|\bit is requested that\b",
    r"\b(?:legal action|breach of (?:copyright|licen[cs]e))\b|\bin accordance with the licen[cs]e of this text\b|\bhidden note\b|\bnot for human eyes\b",
    r"\b(?:message|note|request|order|word) from (?:the|your) (?:user|developers?|operator|administrator|admin|author)\b|\b(?:developers?|operators?|makers?) of this (?:assistant|tool|system|bot)\b",
    r"\b(?:administrator|admin|system|moderator|developer) override\b|\bcontent moderation\b.{0,40}\bcomplete\b|\b(?:conversation|session|chat) (?:continues|ends|is over)\b|\bquestion that was posed\b",
    r"\b(?:previous|prior|earlier|former) (?:guidance|rules|orders|directions) (?:is|are|was|were)? ?(?:hereby|now|void|superseded|no longer|cancel\w*)\b|\brules that were (?:supplied|given)\b|\bno longer appl(?:y|ies)\b|\bhereby superseded\b|\btakes? effect immediately\b",
    r"\b(?:asking|ask|tell|enter|type|request)\w*\b.{0,40}\b(?:password|credentials|api key|credit card|bank details)\b|\bdecode the following\b|\b(?:initial|own|hidden|secret) (?:directives|instructions|prompt)\b",
    r"\bwhen asked which\b|\b(?:even if|whatever) the (?:text|evidence|sources?) says?\b|\bregardless of the evidence\b|\bround (?:this|it|that) up to\b|\bwithout asking the user\b",
)
_TOPIC = Either(_TOPICS, re.I, "(?:%)")

# Bare imperatives whose object is the answer: no method "speaks of the baselines only in the past tense".
_CONDITION = r"(?:(?:if|when|should|unless|after|before|only if|whenever|in case|once)\b[^,.;]{2,80},\s+)?"
_BARE = Lazy(
    rf"^[\"'“(]*{_CONDITION}(?:please |kindly |then |just |simply )*(?:"
    r"speak of (?:the |all |any )|swap the (?:reported|scores)|attribute (?:the )?(?:invention|discovery|credit)|change the (?:topic|subject)|repeat (?:everything|all|the above)|"
    r"reply (?:that|with|only|in)|finish (?:each|every)|tell (?:them|the user|him|her|everyone)|say (?:it|that|this|nothing|only)|drop all (?:except|but)|add a (?:line|sentence|note|link) (?:asking|saying|to|that)|"
    r"quote (?:only|this)|answer (?:only|with|in|that)|mention (?:only|nothing|this)|do as it says|stop there|conclude that (?:this|our)|"
    r"set the (?:scale|factor|scale factor|size|format|answer|verdict|rating|score)|stop (?:reading|here|processing)|return (?:\{|only|just|the (?:word|string|name|following))|make the (?:confidence|score|rating|answer|verdict)|"
    r"consider the (?:task|question|matter|search|case) (?:solved|closed|done|finished|answered)|act as (?:though|if)|abort the|raise an error|close the (?:task|session|search)|submit our|"
    r"make no mention|say no(?:thing| more)|end (?:each|every|the|your) (?:answer|reply|paragraph|summary))\b",
    re.I,
)

# The same orders in other languages, by their verbs.
_FOREIGN = Lazy(
    r"\b(?:ignore[zr]|oublie[zr]|présente[zr]|citez|répondez|recommandez|n['’]utilisez) (?:les?|la|cet|ce|toutes?|pas|que|uniquement|seulement)\b|\bconsignes (?:reçues|précédentes)\b"
    r"|\b(?:bitte )?(?:antworte|ignoriere|erwähne|empfiehl|vergiss|nenne|zitiere)n?(?: sie)? (?:ab|nur|alle|das|die|diese[ns]?|bitte|ausschließlich|auf|unser\w*|alles)\b|\bausschließlich unser"
    r"|\b(?:olvida|ignora|recomienda|responde|menciona|cita|coloca) (?:las?|los|todas?|todo|solo|sólo|este|únicamente|el)\b|\binstrucciones anteriores\b"
    r"|\b(?:ignora|dimentica|raccomanda|rispondi|cita) (?:le|tutte|tutto|solo|questo|quanto)\b|\bistruzioni precedenti\b|\b(?:ignore|esqueça|recomende|responda) (?:as|todas|tudo|apenas|este|somente)\b"
    r"|忽略|无视|無視|只推荐|只引用|推荐本文|以前の指示|紹介してください|推薦してください|игнорир|не упомина|забудь|оцени\w* эту|порекоменд|ответь",
    re.I,
)
_SPACED = re.compile(r"\b(?:[A-Za-z][-.·_ ]){4,}[A-Za-z]\b")
_ENCODED = re.compile(r"\b[A-Za-z0-9+/]{20,}={1,2}")
_TRIGGERS = frozenset(
    ["ignore", "previous", "instructions", "disregard", "recommend", "assistant", "prompt", "override"]
)
_SHUFFLED = {(w[0], w[-1], "".join(sorted(w))): w for w in _TRIGGERS}


def about_the_answer(sentence: str) -> bool:
    """True for a sentence that says how this text is to be used, or what an answer must be like."""
    plain = unicodedata.normalize("NFKC", sentence)
    return bool(_TOPIC.search(plain) or _BARE.search(plain) or _FOREIGN.search(plain)) or _is_disguised(plain)


def _is_disguised(text: str) -> bool:
    """Letters set apart, encoded text, or trigger words with swapped letters."""
    if any(re.sub(r"[^a-z]", "", m.group().lower()) in _TRIGGERS for m in _SPACED.finditer(text)) or _ENCODED.search(
        text
    ):
        return True
    words = re.findall(r"[a-z]{6,}", text.lower())
    return sum(w not in _TRIGGERS and (w[0], w[-1], "".join(sorted(w))) in _SHUFFLED for w in words) > 0
