"""Writing reference values beside the script that made them, or to standard output where they are of a seed."""
import json, pathlib
from generator import SEED


def short(v):
    """12 digits: enough for a comparison to 1e-9, and small enough for a fixture."""
    if SEED and not isinstance(v, (dict, list, tuple, str)):
        return v if isinstance(v, int) else float(v)
    if isinstance(v, dict):
        return {k: short(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [short(x) for x in v]
    return v if isinstance(v, (str, int)) else float(f"{float(v):.12g}")


def write(script, found):
    if SEED:
        print(json.dumps(found))
        return
    target = pathlib.Path(script).with_suffix(".json")
    target.write_text(json.dumps(found, separators=(",", ":")).replace('},"', '},\n"') + "\n")
    print(target.name, target.stat().st_size, "bytes", found["versions"])
