"""From files to plans: reads every flow, goes on after mistakes, and proves the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from mhealth.content.library import Library, content_hash
from mhealth.content.review import ContentFile
from mhealth.domain.language import Languages
from mhealth.ussd.budget import check_budget
from mhealth.ussd.faults import Faults
from mhealth.ussd.flow_file import MOST_LETTERS, FlowFile, read_flow_files
from mhealth.ussd.graph import Broken, Graph, scan_targets
from mhealth.ussd.header import HEADER, node_shape
from mhealth.ussd.keys import PHRASE_VARIABLES, read_phrases
from mhealth.ussd.kinds import KINDS
from mhealth.ussd.origins import TextOrigin, check_origins, read_origins
from mhealth.ussd.plan import HOME, RETURN, Node, Plan, flow_of
from mhealth.ussd.reader import Reader, suggest
from mhealth.ussd.resume_header import Resumes
from mhealth.ussd.sms_budget import check_sms
from mhealth.ussd.source import Sources
from mhealth.ussd.text import Texts
from mhealth.ussd.tongues import Tongues, first_guess, same, without_languages
from mhealth.ussd.variables import known_variables, sensitivities, with_header
from mhealth.ussd.words import NOTHING

FORMAT = "1"
"""Part of every version: a change of the engine that old states would not survive raises it."""
MAIN = "main"
"""The flow that every call begins with."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of the files: plans only when there is no error among the faults.

    `graph`, `flows` and `tongues` are for the proofs.
    """

    plans: Mapping[str, Plan]
    phrases: Mapping[str, Texts]
    contents: tuple[ContentFile, ...]
    origins: Mapping[str, TextOrigin]  # flow.node -> where its advice stands
    faults: Faults
    graph: Graph
    flows: Mapping[str, FlowFile]
    tongues: Mapping[str, Tongues]  # flow -> caller's language -> the one that it speaks
    phrases_file: FlowFile | None


def compile_flows(library: Library, languages: Languages, sources: Sources) -> Compiled:
    """Read and prove all flows of a library."""
    faults = Faults()
    flows, phrases_file, unread = read_flow_files(library, languages, faults)
    silent = dict.fromkeys(languages.by_code, NOTHING)
    phrases: dict[str, Texts] = dict.fromkeys(PHRASE_VARIABLES, silent)
    lacking: set[str] = set()
    if phrases_file is not None:
        read, lacking = read_phrases(phrases_file, languages, same(languages), faults)
        phrases |= read
    files = [*flows.values(), *([phrases_file] if phrases_file else [])]
    graph, tongues, resumes = _read_nodes(
        flows, unread, languages, phrases, lacking, sources, faults
    )
    _note_unused(files, graph, faults)
    graph.check(faults)
    resumes.check(graph, faults)
    check_budget(graph.nodes.values(), languages, sources, flows, faults)
    check_sms(graph.nodes.values(), resumes.by_flow, phrases, languages, faults)
    if unread:  # what only they set is not unknown
        faults.forget("unknown-variable")
    plans: dict[str, Plan] = {}
    if not faults.errors and phrases_file is not None:
        plans = _make_plans(graph, flows, phrases, phrases_file, sources, tongues, resumes)
    contents = tuple(content for file in files for content in file.contents)
    origins = dict(o for f in flows.values() for o in read_origins(f)) if plans else {}
    return Compiled(plans, phrases, contents, origins, faults, graph, flows, tongues, phrases_file)


def _read_nodes(
    flows: Mapping[str, FlowFile],
    unread: frozenset[str],
    languages: Languages,
    phrases: Mapping[str, Texts],
    lacking: set[str],
    sources: Sources,
    faults: Faults,
) -> tuple[Graph, dict[str, Tongues], Resumes]:
    starts = {name: f"{name}.{flow.file.data.get('start')}" for name, flow in flows.items()}
    longest = known_variables(flows)
    new_reader = partial(
        Reader,
        languages=languages,
        phrases=phrases,
        sources=sources,
        starts=starts,
        unread=unread,
        faults=faults,
    )
    nodes: dict[str, Node] = {}
    tongues: dict[str, Tongues] = {}
    resumes = Resumes()
    for name, flow in flows.items():
        known = with_header(flow, longest, faults)
        tongues[name] = first_guess(flow, languages, lacking)
        reader = new_reader(flow, longest=known, spoken=tongues[name])
        _check_header(reader)
        check_origins(reader)
        resumes.read(reader)
        found = _nodes_of(reader)
        if any(tongues[name][code] == code for code in reader.lacking):
            tongues[name] = without_languages(languages, lacking | reader.lacking)
            found = _nodes_of(new_reader(flow, longest=known, spoken=tongues[name]))
        nodes |= found
    return Graph(nodes, starts, MAIN, is_whole=not unread), tongues, resumes


def _nodes_of(reader: Reader) -> dict[str, Node]:
    nodes = (_read_node(reader, str(name), part) for name, part in reader.flow.nodes.items())
    return {node.name: node for node in nodes}


def _check_header(reader: Reader) -> None:
    data = reader.flow.file.data
    reader.fits(data, HEADER, "the flow", data, None)
    if "nodes" in data and not reader.flow.nodes:
        reader.fault("`nodes` must be a mapping of nodes", None, "nodes")
    elif "start" in data and "nodes" in data:
        reader.target(data, "start")
    for reserved in (HOME, RETURN):
        if reserved in reader.flow.nodes:
            reader.fault(f"`{reserved}` is reserved", reader.flow.nodes, reserved,
                         hint="call the node otherwise")  # fmt: skip
    for name in reader.flow.nodes:
        _check_name(reader, str(name))


def _check_name(reader: Reader, name: str) -> None:
    """A node's name is part of what history keeps, and of the road to it: `flow.node`."""
    nodes, room = reader.flow.nodes, MOST_LETTERS - len(f"{reader.flow.name}.")
    if "." in name or len(name) > room:
        reader.fault(f"`{name}` cannot be a node's name", nodes, name,
                     hint=f"at most {room} letters in this flow, and no dot")  # fmt: skip


def _read_node(reader: Reader, name: str, part: Any) -> Node:
    nodes = reader.flow.nodes
    word = part.get("kind") if isinstance(part, Mapping) else None
    kind = KINDS.get(str(word))
    if word is None:
        reader.fault(f"node `{name}` has no `kind`", nodes, name, hint=f"one of {', '.join(KINDS)}")
    elif kind is None:
        reader.fault(f"unknown kind of node `{word}`", part, "kind", hint=suggest(str(word), KINDS))
    else:
        before = reader.misread
        if reader.fits(part, node_shape(kind), f"node `{name}`", nodes, name):
            node = kind.read(reader, name, part)
            if reader.misread == before:  # else what else it seems to lack may follow from that
                return node
    return _broken(reader, name, part)


def _broken(reader: Reader, name: str, part: Any) -> Broken:
    targets = (
        target if target in (HOME, RETURN) else reader.qualified(target)
        for target in scan_targets(part)
    )
    return Broken(name=reader.qualified(name), place=reader.place_of(name), targets=tuple(targets))


def _note_unused(files: list[FlowFile], graph: Graph, faults: Faults) -> None:
    for flow in files:
        broken = {str(name) for name in flow.nodes
                  if isinstance(graph.nodes.get(f"{flow.name}.{name}"), Broken)}  # fmt: skip
        for translation in flow.translations.values():
            for part, key, path in translation.unused(but_of=broken):
                faults.add(translation.file, f"`{path}` translates nothing", part, key,
                           hint=f"{flow.file.name} has no such text", rule="stray-translation")  # fmt: skip


def _make_plans(
    graph: Graph,
    flows: Mapping[str, FlowFile],
    phrases: Mapping[str, Texts],
    phrases_file: FlowFile,
    sources: Sources,
    tongues: Mapping[str, Tongues],
    resumes: Resumes,
) -> dict[str, Plan]:
    plans = {}
    levels = sensitivities(flows)
    languages, signs = sources.languages, sources.fingerprint()
    for name in flows:
        callees = graph.callees(name)
        files = [*(flows[callee] for callee in sorted(callees)), phrases_file]
        said = [text for file in files for text in (file.name, *file.texts)]
        plans[name] = Plan(
            flow=name,
            version=content_hash(FORMAT, name, *said, signs, _fingerprint(languages, files)),
            start=graph.starts[name],
            nodes={n: node for n, node in graph.nodes.items() if flow_of(n) in callees},
            phrases=phrases,
            languages=languages,
            sensitivity=levels,
            tongues={callee: tongues[callee] for callee in callees},
            resume={flow: resumes.by_flow[flow] for flow in callees & resumes.by_flow.keys()},
        )
    return plans


def _fingerprint(languages: Languages, files: list[FlowFile]) -> str:
    """The languages that these files are written in: one that is only declared changes no version."""
    written = {languages.default.code}.union(*(file.translations for file in files))
    known = (each for each in languages.by_code.values() if each.code in written)
    return repr([(each.code, each.name, each.alphabet.value, each.fallback) for each in known])
