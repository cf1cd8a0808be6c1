"""huggingface_hub's side of `cargo xtask peers`: the card as the Hub's own library reads it.

card.py same CARD WANT           WANT is the metadata as JSON, as Rust has them
card.py results CARD RESULTS     RESULTS is results.json of one row, with `evaluations` beside it: its figures, each on the card exactly once
"""
import glob, json, os, sys
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


def of_splits(table, ranks, tpir):
    """(type, key, at, mode, value, interval) of means over splits."""
    def mean(kind, key, at, mode, stat):
        return (kind, key, at, mode, stat["mean"], [stat["mean"] - stat["std"], stat["mean"] + stat["std"]])
    figures = [mean("tar-at-far", "far", cell["far"], mode, cell[field]) for cell in table
               for mode, field in [("conservative", "conservative"), ("interpolated", "interp")]]
    figures += [mean("identification-rate", "rank", rank, "closed set", stat) for rank, stat in ranks]
    return figures + [mean("tpir-at-fpir", "fpir", fpir, "conservative", stat) for fpir, stat in tpir]


def of_pairs(accuracy, rates):
    figures = [("accuracy", "unit", "%", accuracy["mode"], accuracy["mean"], accuracy["interval"])]
    figures += [("tar-at-far", "far", tar["far"], tar["mode"], tar["tar"], tar["interval"]) for tar in rates["tar"]]
    if rates.get("val"):
        mean, std, _ = rates["val"]
        figures.append(("val-at-far", "far", 1e-3, "facenet", mean, [mean - std, mean + std]))
    return figures + [(kind, None, None, None, rates[kind], None) for kind in ["eer", "auc"]]


def of_run(want):
    [row] = want["rows"]
    if want["schema"] == 1:
        return "IJB-A", of_splits(row["mean"]["tar"], row["mean"]["rank"], row["mean"]["tpir"]), len([t for t in row["norm_tar"] if t["tar"] is not None])
    [seed] = row["per_seed"]
    return {"lfw": "LFW", "ytf": "YouTube Faces"}[want["experiment"]], of_pairs(seed["accuracy"], seed["rates"]), 0


def of_evaluation(want):
    """Rates by resampling people stand with the conservative rate of the same comparisons; those of IJB-A are figures of their own."""
    if "ijba" in want:
        table = want["ijba"]["summary"]
        figures = of_splits(table["tar"], [(r["rank"], r["rate"]) for r in table["ranks"]], [(t["fpir"], t["tpir"]) for t in table["tpir"]])
        thirds = len([b for b in want["ijba"]["norm_bins"]["bins"] if b["tar"] is not None])
        return "IJB-A", figures, thirds + 2 + len(want.get("by_identity", []))
    return {"lfw": "LFW", "ytf": "YouTube Faces", "bin": "verification set"}[want["set"]], of_pairs(want["accuracy"], want["folds"]), 0


def found_once(results, protocol, figures, more):
    for kind, key, at, mode, value, interval in figures:
        same = lambda args: (key is None or args.get(key) == at) and (mode is None or args.get("mode") == mode) and "comparisons" not in args
        found = [e for e in results if e.metric_type == kind and same(e.metric_args)]
        assert [e.metric_value for e in found] == [value], f"{kind} at {key} {at}, {mode}: {found} in place of {value}"
        assert found[0].metric_args["interval"] == interval, f"{kind} at {at}: {found[0].metric_args} in place of {interval}"
        assert protocol in found[0].dataset_args["protocol"], found
    assert len(results) == len(figures) + more, f"{len(results)} figures on the card, {len(figures)} + {more} were measured"
    for e in results:
        assert "interval" in e.metric_args and e.metric_args["interval_is"], e
        assert e.dataset_args["failures"]["policy"] and e.dataset_args["align"] and e.dataset_args["crop"], e
    return len(results)


def results(data, want):
    folder = os.path.join(os.path.dirname(sys.argv[3]), "evaluations")
    others = [plain(json.load(open(path))) for path in sorted(glob.glob(os.path.join(folder, "*", "results.json")))]
    parts = [of_run(want)] + [of_evaluation(other) for other in others]
    rest, count = list(data.eval_results), 0
    for (protocol, figures, more), poolings in zip(parts, [want["config"]["evaluate"]["pooling"]] + [other["pooling"] for other in others]):
        own, rest = rest[:len(figures) + more], rest[len(figures) + more:]
        count += found_once(own, protocol, figures, more)
        assert all(e.dataset_args["pooling"] == poolings for e in own), own
    assert not rest, f"figures that nobody measured: {rest}"
    return count


mode, card, want = sys.argv[1:]
with open(card) as file:
    card = ModelCard(file.read())
with open(want) as file:
    want = plain(json.load(file))
count = {"same": same, "results": results}[mode](card.data, want)
assert card.data.pipeline_tag == "image-feature-extraction" and card.text.strip(), "the card is empty"
print(f"huggingface_hub {huggingface_hub.__version__}: {count} figures intact")
