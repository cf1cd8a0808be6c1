"""huggingface_hub's side of `cargo xtask peers`; prints one line of JSON.

peer.py load REPOSITORY COMMIT FOLDER   downloads a commit into the folder; SHA-256 of every file, what ModelCard reads of the
                                        card, whether the repository is private; figures as Python writes them, since not every reader of JSON keeps the last digit
peer.py upload REPOSITORY FOLDER        uploads the folder as Python does, large files by LFS; the commit
"""
import hashlib, json, os, pathlib, sys

if sys.argv[1] == "upload":
    os.environ["HF_HUB_DISABLE_XET"] = "1"  # read at import; with it, large files go by LFS
import huggingface_hub
from huggingface_hub import HfApi, ModelCard, snapshot_download


def load(repository, commit, folder):
    root = pathlib.Path(snapshot_download(repository, revision=commit, local_dir=folder))
    files = [p for p in root.rglob("*") if p.is_file() and ".cache" not in p.parts]
    sums = {p.relative_to(root).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    card = ModelCard.load(root / "README.md")
    results = [
        dict(task=r.task_type, dataset=r.dataset_type, dataset_name=r.dataset_name, split=r.dataset_split,
             metric=r.metric_type, value=repr(r.metric_value))
        for r in card.data.eval_results or []
    ]
    plain = {key: getattr(card.data, key) for key in ("license", "library_name", "pipeline_tag", "tags", "model_name")}
    private = HfApi().model_info(repository, revision=commit).private
    return dict(version=huggingface_hub.__version__, files=sums, results=results, card=plain, text=card.text, private=private)


def upload(repository, folder):
    api = HfApi()
    api.create_repo(repository, exist_ok=True)
    return dict(commit=api.upload_folder(repo_id=repository, folder_path=folder).oid)


print(json.dumps({"load": load, "upload": upload}[sys.argv[1]](*sys.argv[2:])))
