"""Orders to keep the size: "at the same size", "leave the dimensions alone", "keep it 4000×3000", "no resizing".

A mere comparison ("lighter, not bigger and not sharper") is no such order. Ranges are half-open.
"""

import re
from functools import lru_cache

from restograph.task.patterns import Either, Lazy
from restograph.task.sizes import Measure, in_pixels, sides

_SIZE = (
    r"(?:(?:pixel|image|picture|file|matrix|frame|photo|canvas|output|array|tile|outer|sensor|exact) )?(?:sizes?|dimensions?|dims|resolution|pixel count|(?:pixel |spatial )?(?:grid|raster)|measurements|"
    r"width and height|height and width|number of pixels|amount of pixels|pixel numbers?|format|scale|proportions and size|width|height)"
)
_SAME = r"(?:very |exact |exactly |precisely )*(?:same|original|identical|unchanged|native|current|present|own|unaltered|equal|old|given|input|delivered)"
_AUX = r"(?:is|are|was|were|has|have|had|must|should|may|can|could|to|did|does|do|will|shall|needs?|be|been|being|all|also)"
_CHANGE = r"(?:chang|alter|touch|modif|adjust|increas|affect|stretch|grow|enlarg|inflat|expand|rais|blow|bump|bloat|mess)\w*(?: up| with)?"
_RESIZE = r"(?:re-?siz|re-?scal|enlarg|up-?scal|up-?sampl|resampl|upsiz)"
_OBJECT = rf"(?: (?:it|them|anything|(?:of |the |its |their |any |image |picture |photo |pixel )*(?:{_SIZE}|image|picture|photo|file)))?"
_FILL = r"(?:(?:want|wanting|need|needing|wish|ever|be|been|being|have|having|get|any|it|them|the|a|an|my|this|photo|picture|image|file|actual|actually|further|single|kind|of|to|please) )*"

_FORMS = (
    # "at exactly the same size", "in its original resolution", "same pixel dimensions", "identical size"
    rf"(?:at|in|with|of|keep\w*|kept|has|have|had|retain\w*|preserv\w*|stay\w* (?:at|in)|remain\w* (?:at|in)) (?:exactly |precisely |just )?(?:the |its |their |an? |my )?{_SAME} {_SIZE}",
    rf"(?:exactly |precisely )?(?:the )?(?:exact |very )?(?:same|identical|unchanged|unaltered|equal) (?:number of )?{_SIZE}(?! as (?:a|an|my|the (?!before|original|input|old|first))\b)",
    rf"{_SIZE},? (?:is |are |was |were )?(?:exactly )?(?:the same|identical|unchanged|unaltered|as is|as (?:it|they) (?:was|were|is|are)|as before)",
    rf"{_SIZE} (?:is|are|was|were|stays?|remains?) (?:exactly |just |precisely )?(?:what|as|where) (?:it|they) (?:was|were|is|are)",
    rf"{_SIZE} of (?:the|my|our|its|this) \w+ (?:is|are|was|were|has been|had been|stay\w*|remain\w*) ?(?:kept|the same|unchanged|untouched|preserved|retained)?(?<!is)(?<!are)(?<!was)(?<!were)(?<!been)(?! high| low| good| poor)",
    rf"(?:measures?|{_SIZE}) (?:{_AUX} )*(?:stay|remain)s? (?:equal|the same|identical)",
    # "at the scan's present resolution", "pixels unchanged", "as large as ever", "at the size it came", "nobody scaled anything"
    rf"(?:at|in|with) (?:exactly |precisely )?(?:the|its|their|my|our) (?:\w+'s? )?(?:{_SAME} )?(?:pixel )?(?:size|resolution|dimensions)(?= (?:it|they) (?:came|arrived|has|had|have)| of the (?:scan|original|input)|$|[.,;?!])(?<!other size)",
    r"(?:pixels?|measures?|canvas|frame size) (?:stay |remain |left |are |is |were )?(?:unchanged|untouched|unaltered|as before|as they were)|(?:same|identical) (?:scan|canvas|frame|image|picture|photo|sheet) (?:size|dimensions)",
    r"(?:as|exactly as|just as) (?:large|big|wide) as (?:ever|(?:the )?input|before|it came)|nobody (?:re)?scaled (?:anything|it)|not (?:one|a single) pixel (?:was |were |is |may be |to be )?(?:added|more|changed)",
    rf"(?:don't|do not|never|without|not) (?:you dare |any |dare |(?:any )?crop or |cropping or |to )*(?:{_RESIZE}(?:e|ing)?)\b(?: (?:the|it|this|my|again|file|picture|image))*",
    rf"(?:touch|chang|alter)\w* nothing about (?:the |its )?{_SIZE}|(?:leave|keep|leaving) (?:the|its|my|our) (?:\w+'s? )(?:pixel )?(?:size|dimensions|resolution) (?:alone|as (?:it|they) (?:is|are)|untouched|unchanged)",
    # "the size must not change", "its dimensions stayed"
    rf"{_SIZE} (?:{_AUX} )*(?:(?:stay\w*|remain\w*|kept|keep)(?! (?:high|good|low|sharp|poor|so|crisp|great|tiny|small|up))|unchanged|unaltered|untouched|identical|fixed)",
    rf"{_SIZE} (?:{_AUX} )*(?:not|never|hasn't|haven't|mustn't|shouldn't|didn't|doesn't|won't|can't|cannot|may not) (?:be |been |have been |ever )?(?:chang|alter|touch|affect|grow|grew|modif|increas)\w*",
    # "keep the size", "leave the dimensions alone", "hold the resolution"
    rf"(?:keep\w*|kept|leav\w*|left|hold\w*|held|maintain\w*|preserv\w*|retain\w*|respect\w*) (?:me )?(?:the |its |their |my |all |original |present |pixel )*{_SIZE}(?: (?:alone|as (?:it|they) (?:is|are|was|were)|as is|untouched|unchanged|the same|intact|fixed|constant))?",
    # "without resizing", "no rescaling", "do not enlarge it", "was not resized"
    rf"(?:without|no|never|not|nor|instead of) {_FILL}(?:{_RESIZE}(?:ing|ement)|scaling|magnification|magnifying)(?: up)?{_OBJECT}",
    rf"(?:don't|dont|do not|never|not|nor|please not|must not|mustn't|should not|shouldn't|no need) {_FILL}(?:{_RESIZE}e|upsample|resample|scale)(?: up)?{_OBJECT}",
    rf"(?:not|never|isn't|wasn't|hasn't been|nor|nothing was) (?:been |be )?(?:{_RESIZE}ed|scaled)",
    rf"(?:without|not|never|no|nor|don't|dont|do not|didn't|doesn't|must not|should not|nothing) {_FILL}{_CHANGE} (?:in |of |to )?(?:the |its |their |any |a |my )*{_SIZE}",
    r"(?:without|don't|do not|didn't|never|not|no need to|not to) (?:\w+ )?(?:mak\w*|made|want\w*|get\w*|turn\w*|print\w*) (?:it|them|the \w+|my \w+|this|that|anything)?(?: to be)? ?(?:any |one bit |a bit |even )?(?:bigger|larger|wider|taller)",
    r"(?:not|no|without) (?:a |one |a single |even a |even one )?(?:single )?pixel (?:more|larger|bigger|less|fewer|added|wider|taller)",
    r"(?:no|not any) (?:bigger|larger|wider|taller|smaller)(?: and no (?:bigger|larger|smaller))? than (?:it was|before|the original|the input|it is|now)",
    r"neither (?:bigger|larger|wider|taller) nor smaller|neither (?:grew|shrank|enlarged|grown) nor \w+|(?:as|just as) (?:big|large|wide|small) as (?:it was|before|the original|the input|it is now)",
    r"(?:the )?same (?:width|height) (?:and|&) (?:the same )?(?:height|width)",
    r"(?:a )?(?:factor|scale)(?: of| is)? (?:exactly )?(?:1|one)(?![\w.,]\d|\d|[:/]| (?:point|and)\b)|(?:no|without|zero|not any) (?:enlargement|magnification|change of (?:size|scale)|change in (?:size|scale))",
    r"(?:must|should|shall|has to|have to|to) (?:stay|remain|be kept) (?:just |exactly )?(?:as (?:big|large|wide|high) as (?:it|they) (?:is|are|was|were)|the same size)",
    r"(?:the )?(?:exact |very )?same pixels|(?:un|not |never )(?:re)?(?:scaled|sized|enlarged|magnified)|(?:haven't|hasn't|hadn't|have not|has not|had not) (?:re)?(?:scaled|sized|enlarged)(?: it| them| anything)?|(?:do not|don't|never|not|without) touch(?:ing)? (?:the |its |their )*(?:size|dimensions|resolution|pixel count)",
    rf"(?:not|never|nor|mustn't|must not|isn't|is not) (?:to )?(?:be |get )?(?:{_RESIZE}ed|scaled|blown up|extended|magnified)|nothing (?:is |was |to be )?(?:{_RESIZE}ed|scaled)",
    rf"(?:no|zero|not any|any kind of|forbid(?:s|den)? (?:any )?|without (?:any |a )?|never (?:a |any )?)\s?(?:{_RESIZE}(?:e|ing)|scaling|blow[ -]?ups?|up-?scale|rescale)(?: (?:at all|whatsoever|afterwards))?",
    rf"(?:an? |any )?(?:{_RESIZE}(?:e|ing)|scaling|enlargement) (?:is|are|would be) (?:out of the question|forbidden|not allowed|not wanted|unwanted|ruled out|excluded)",
    rf"(?:at|in|with) (?:its|the|their|my) (?:{_SIZE})(?: (?:now|as (?:it|they) (?:is|are|was|were)|as delivered|that it has|it has now|it was (?:shot|scanned) (?:in|at)))|at the size (?:i|we|it was|they) (?:\w+ ?){{1,3}}",
    rf"(?:output|result|outcome|it|copy) (?:\w+ ){{0,2}}(?:equals?|equal to|equal in|same as|identical in|identical to) (?:the )?(?:{_SIZE}|input|original)(?: {_SIZE})?|(?:equal|identical|same) in {_SIZE}",
    r"(?:as|exactly as|precisely as) (?:many|much) (?:pixels|rows|columns) as|(?:as|just as|exactly as) (?:large|big|wide|high|small) as (?:it|they) (?:already )?(?:is|are|was|were)|(?:identical|the same|same) (?:rows and columns|columns and rows|pixels|number of (?:rows|columns|pixels))",
    r"(?:without|not|no) (?:a |one |even a |even one |any )?(?:single )?(?:extra|additional|new|further|more) (?:pixel|row|column)s?|not (?:one|a|a single) (?:row|column|pixel)(?: (?:or|nor) (?:row|column))? more|without changing (?:how many|the number of) pixels",
    rf"{_SIZE},? (?:is |are |was |were |being |to be )*(?:exactly |just |precisely )?(?:like before|constant|(?:to be )?preserved|left (?:in peace|alone|untouched|as (?:it|they) (?:was|were|is|are))|untouched|kept|as delivered|equal)|(?:not|never|without) touch(?:ing)? (?:the |its )?{_SIZE}",
    r"(?:did|does|do|has|have|was|is|will|should|shall|must|may|could)(?:n't| not| neither) (?:be |been |made |get |got |become |it )*(?:gr[oe]w\w*|shr[aiu]nk\w*|bigger|larger|smaller|wider)(?: (?:or|nor|and) (?:gr[oe]w\w*|shr[aiu]nk\w*|bigger|larger|smaller|no smaller))?",
    r"(?:not|no|never|in no|nothing|nowhere|without) (?:should |shall |must |may |to |be |been |being |made |a |any |one bit |one pixel |a pixel |grow(?:ing)? |getting |way )+(?:bigger|larger|wider|greater|smaller|enlarged|made large|grow|grown)(?: (?:image|picture|photo|file|than))?(?: (?:please|or smaller|nor smaller|or shrunk))?",
    r"(?:bigger|larger) (?:image|picture|photo|file) (?:i |we )?(?:do not|don't|is not|isn't) (?:\w+)",
    rf"{_SIZE},? (?:i (?:need|want) |must |shall |should |is |was |are |were |has |have |be |to |should be |stay\w* |remain\w* |wasn't |weren't |isn't |not )*(?:be )?(?:no change|unmodified|not (?:be )?(?:chang\w*|alter\w*|touch\w*)|(?:chang|alter|touch)\w*(?<=wasn't touched)|kept|equal|conserved|left like is|never to change|not$)",
    r"(?:the )?(?:same|equal|identical) (?:number of )?(?:dots|pixels|measure|measures|width and the same height|geometry)|equal(?:ly)? large|equal in (?:size|width)|(?:fits?|same) (?:\w+ )?to the pixel|(?:^|\b)to the pixel the same|measures? (?:the same|what it measures)",
    r"(?:the |its )?(?:size|dimensions|measure|width and height|format)s? (?:that )?(?:it|they) (?:already )?(?:has|have|had|is|are|was|were)(?: now)?|in its dimensions|the size it (?:is|was|has|had)|in its measure|no other size|exactly the size (?:i|we|it)|(?:just )?as wide and (?:as )?high",
    r"pixel[ -]on[ -]pixel|(?<!get )(?<!getting )(?:at|only|just|in) 1\s?[x×](?!\s?\d)|same (?:crop|canvas|frame) and (?:pixel )?(?:size|raster|grid)",
    rf"(?<=[,;:('\"“‘–-] )(?:original|native|present|current|given) {_SIZE}(?=\s*(?:$|[.,;:!?'\"”’)]))|{_SIZE} (?:we|i|they) (?:need|want|wish) (?:to (?:be|stay) )?(?:unchanged|as (?:it|they) (?:is|are))",
    r"pixel[ -]for[ -]pixel|(?<![\d:])1:1(?!\d)|one[ -]to[ -]one|like[ -]for[ -]like|size for size",
)
_ORDER = Either(_FORMS, re.I, r"\b(?:%)(?!\w)")
_OTHER_SIZE = Lazy(
    r"\b(?:paper|physical|font|file) (?:size|format)|\bscale of (?!one\b|1\b)|\bformat (?:is|of)\b", re.I
)
_STILL = Lazy(
    r"\b(?:keep\w*|leav\w*|left|still|stay\w*|remain\w*|kept|again|unchanged|held|must be|should be|as before|retain\w*)(?:,)? "
    r"(?:(?:it|them|at|as|the|its|their|those|these|our|a|an|size|dimensions?|resolution|picture|photo|image|file|canvas|exactly|full|of|all|before|in|is|are) )*$"
    r"|\b(?:same|native|original|hand back|back as|identical|delivered at(?: the same)?)(?:,)? (?:(?:pixel |full )?(?:size|dimensions?|resolution|raster|the|its|as|of|at) )*$",
    re.I,
)
_TOO = Lazy(r"\s?(?:px|pixels?)?\s?(?:too|only|is not|isn't|are not)\b", re.I)
_IN_AND_OUT = Lazy(r"\b(?:in|before|given|input)\b.{1,40}\b(?:out|after\w*|back|output|now)\b", re.I)
# Words around the only width by height of a question that tell of it as kept.
_HELD = Lazy(
    r"\b(?:intact|same|each|without changing|deliver(?:ed)? at|locked|fixed|frozen|already|both (?:are|were|is|files)|stays?|stayed|still|keep\w*|kept|exactly|precisely|very|in and out|unaltered|not (?:to be )?(?:altered|changed)|without altering|demand\w*|those dimensions|"
    r"hand(?:ed|s)? (?:it )?back|just as|preserv\w*|remain\w*|measures?|sticking to|has to stay|matches|forbade|forbid\w*|without any (?:crop|resize)|no pixel count)\b",
    re.I,
)
_AFTER = Lazy(
    r"\s?(?:px|pixels?)?\s?(?:,\s)?(?:in and out|both before and after|before and after|as before|unchanged|like before|stays?|must stay|kept|as it was|as they were|as it is|as shot|as delivered|remains?|goes in|(?:wide |high )?(?:exactly |just )?as (?:now|original|the original|delivered|before)|"
    r"(?:must |shall |should |to )?(?:be |not be |not )?(?:kept|conserved|changed|unmodified|leave)|to the dot|like the (?:input|original)|(?:width |height )?i need unmodified)\b",
    re.I,
)


@lru_cache(maxsize=4096)
def kept_size(text: str, start: int, stop: int) -> tuple[int, int] | None:
    """Where text[start:stop] asks that the size stay, or says that it did; None when it does not."""
    for match in _ORDER.finditer(text, start, stop):
        if not _OTHER_SIZE.search(match.group()):
            return match.span()
    found = in_pixels(text, start, stop) or sides(text, start, stop)
    if any(_differs(found[0], other) for other in found[1:]):
        return None
    if len(found) > 1 and (found[0].dimension != "side" or _IN_AND_OUT.search(text, found[0].start, stop)):
        return found[0].start, found[-1].end
    for one in found[:1] if len(found) == 1 and found[0].dimension == "box" else ():
        if _HELD.search(text, max(start, one.start - 32), min(stop, one.end + 34)):
            return one.start, one.end
    for one in found:
        cue = _STILL.search(text, max(start, one.start - 50), one.start)
        if cue:
            return None if _TOO.match(text, one.end, stop) else (cue.start(), one.end)
        if tail := _AFTER.match(text, one.end, stop):
            return one.start, tail.end()
    return None


def _differs(a: Measure, b: Measure) -> bool:
    return (a.value, a.height) != (b.value, b.height)
