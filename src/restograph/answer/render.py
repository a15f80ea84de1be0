"""An answer as Markdown, JSON or a self-contained HTML page with the workflow drawn and spans to hover; its references."""

import html
import json
from collections.abc import Callable
from typing import Literal

from restograph.answer.answer import Answer, Statement
from restograph.answer.check.obligations import SECTIONS
from restograph.answer.references import to_bibtex, to_csl

Format = Literal["md", "html", "json", "bibtex", "csl"]


def render(answer: Answer, form: Format) -> str:
    """The answer, or the references of its sources, in one of the formats; the same answer gives the same text."""
    return _FORMATS[form](answer)


def to_markdown(answer: Answer) -> str:
    return answer.markdown


def to_json(answer: Answer) -> str:
    return json.dumps(answer.model_dump(mode="json", by_alias=True), indent=1, ensure_ascii=False) + "\n"


_STYLE = """body{font:16px/1.55 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1d1d1f;background:#fff}
h1{font-size:1.3rem}h2{font-size:1.1rem;margin-top:1.8rem}.s{border-bottom:1px dotted #888;cursor:help}
.kind{font-size:.7rem;color:#666;letter-spacing:.04em}table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{border-bottom:1px solid #ddd;padding:.35rem .5rem;text-align:left;vertical-align:top}.fit{color:#0a6b2d}.partial{color:#8a5a00}
.off_topic{color:#a02020}details{display:inline-block;vertical-align:top;margin-left:.4rem}svg{max-width:100%;height:auto}blockquote{margin:.4rem 0;padding:.2rem .8rem;border-left:3px solid #bbb;font-size:.9rem}
@media(prefers-color-scheme:dark){body{color:#eee;background:#1c1c1e}td,th{border-color:#444}.fit{color:#6fd08c}.partial{color:#e0b050}.off_topic{color:#f08080}svg{background:#fff;border-radius:6px}}"""


def to_html(answer: Answer) -> str:
    """One page without scripts or outside files: hover a sentence to see the span that it rests on."""
    from restograph.workflow.svg import draw_svg

    body = [f"<h1>{_text(answer.question)}</h1>", draw_svg(answer.workflow)]
    for number, heading in SECTIONS.items():
        own = [s for s in answer.statements if s.section == number]
        body.append(f"<h2>{_text(heading.strip('*'))}</h2>")
        body += [f"<p>{_sentence(answer, s)}</p>" for s in own]
    body.append(_verdict_table(answer))
    title = _text(answer.question[:80])
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def _sentence(answer: Answer, statement: Statement) -> str:
    """The sentence with the cited words in its tooltip, and the details to unfold."""
    spans = _spans(answer, statement)
    tip = " · ".join(f"{key}: “{text}”" for key, text in spans) or "follows by a rule from the verdicts and the plan"
    quotes = "".join(f"<blockquote>{_text(key)}: {_text(text)}</blockquote>" for key, text in spans)
    linked = _text(statement.text)
    for link in answer.links:
        shown = _text(link)
        linked = linked.replace(shown, f'<a href="{shown}">{shown}</a>') if link in statement.text else linked
    details = f'<details><summary class="kind">{statement.kind}</summary>{quotes}</details>' if quotes else ""
    return f'<span class="s" title="{_text(tip)}">{linked}</span>{details}'


def _spans(answer: Answer, statement: Statement) -> list[tuple[str, str]]:
    """Key and text of every span below the root of a statement's proof, each once, in order."""
    found: dict[tuple[str, int, int], None] = {}

    def visit(index: int) -> None:
        proof = answer.proofs[index]
        if proof["op"] == "cite":
            found.setdefault((proof["key"], proof["start"], proof["end"]))
        below = [proof["of"]] if "of" in proof else proof.get("premises") or proof.get("proofs") or []
        for inner in below:
            visit(inner)

    visit(statement.proof)
    return [(key, answer.brief[a:b]) for key, a, b in list(found)[:6]]


def _verdict_table(answer: Answer) -> str:
    rows = []
    for source in answer.sources:
        verdict = answer.verdicts[source.key]
        words = answer.brief[verdict.span.start : verdict.span.end]
        rows.append(
            f"<tr><td>{_text(source.key)}</td><td>{_text(source.title)}</td>"
            f'<td class="{verdict.verdict}">{_text(verdict.verdict.replace("_", "-"))}</td>'
            f'<td title="{_text(words)}">{_text(verdict.reason)}</td><td>{_text(verdict.explains)}</td></tr>'
        )
    head = "<tr><th>Key</th><th>Source</th><th>Verdict</th><th>Reason</th><th>Explains</th></tr>"
    return f"<h2>Verdicts</h2><table>{head}{''.join(rows)}</table>"


def _text(text: str) -> str:
    return html.escape(text, quote=True)


_FORMATS: dict[Format, Callable[[Answer], str]] = {
    "md": to_markdown, "html": to_html, "json": to_json, "bibtex": to_bibtex, "csl": to_csl,
}  # fmt: skip
