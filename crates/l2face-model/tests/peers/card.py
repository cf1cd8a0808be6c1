"""huggingface_hub's side of `cargo xtask peers`: the card as the Hub's own library reads it.

card.py same CARD WANT           WANT is the metadata as JSON, as Rust has them
card.py results CARD RESULTS     RESULTS is results.json of one row: its means, each on the card exactly once
"""
import json, sys
import huggingface_hub
from huggingface_hub import ModelCard


def same(data, want):
    for key in ["license", "license_name", "license_link", "library_name", "pipeline_tag", "tags", "datasets", "metrics"]:
        assert getattr(data, key, None) == want.get(key), f"{key}: {getattr(data, key, None)!r} in place of {want.get(key)!r}"
    figures = [(r, m) for entry in want.get("model-index", []) for r in entry["results"] for m in r["metrics"]]
    found = data.eval_results or []
    assert len(found) == len(figures), f"{len(found)} figures in place of {len(figures)}"
    for got, (result, figure) in zip(found, figures):
        task, dataset = result["task"], result["dataset"]
        assert (got.task_type, got.task_name) == (task["type"], task["name"]), got
        assert (got.dataset_type, got.dataset_name, got.dataset_args) == (dataset["type"], dataset["name"], dataset["args"]), got
        assert (got.metric_type, got.metric_name) == (figure["type"], figure["name"]), got
        assert type(got.metric_value) is float and got.metric_value == figure["value"], got
        assert got.metric_args == figure["args"], f"{got.metric_args} in place of {figure['args']}"
    if figures:
        assert data.model_name == want["model-index"][0]["name"], data.model_name
    return len(figures)


def plain(value):
    """Text on one line, as the card has it."""
    if isinstance(value, str):
        return "".join(" " if ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u2028\u2029" else c for c in value)
    if isinstance(value, list):
        return [plain(v) for v in value]
    return {k: plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def results(data, want):
    [row] = want["rows"]
    figures = [("tar-at-far", "far", cell["far"], mode, cell[field]["mean"]) for cell in row["mean"]["tar"]
               for mode, field in [("conservative", "conservative"), ("interpolated", "interp")]]
    figures += [("identification-rate", "rank", rank, "closed set", stat["mean"]) for rank, stat in row["mean"]["rank"]]
    figures += [("tpir-at-fpir", "fpir", fpir, "conservative", stat["mean"]) for fpir, stat in row["mean"]["tpir"]]
    for kind, key, at, mode, value in figures:
        found = [e for e in data.eval_results if e.metric_type == kind and e.metric_args[key] == at and e.metric_args["mode"] == mode]
        assert [e.metric_value for e in found] == [value], f"{kind} at {key} {at}, {mode}: {found} in place of {value}"
        low, high = found[0].metric_args["interval"]
        assert low <= value <= high and "IJB-A" in found[0].dataset_args["protocol"], found
    for e in data.eval_results:
        assert e.dataset_args["pooling"] == want["config"]["evaluate"]["pooling"], e.dataset_args
    return len(figures)


mode, card, want = sys.argv[1:]
with open(card) as file:
    card = ModelCard(file.read())
with open(want) as file:
    want = plain(json.load(file))
count = {"same": same, "results": results}[mode](card.data, want)
assert card.data.pipeline_tag == "image-feature-extraction" and card.text.strip(), "the card is empty"
print(f"huggingface_hub {huggingface_hub.__version__}: {count} figures intact")
