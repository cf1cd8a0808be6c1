"""Writes fixtures/*.json, the reference values of suite/networks.rs. Usage: python networks.py [NAME...] (torch, torchvision, numpy); with
--count it prints the number of parameters of the published sizes, which are in suite/backbone.rs and suite/config.rs.

For every network, with few blocks: outputs in training and evaluation, and for every parameter the norm of its gradient and its product
with a pattern, all in f64; and how far torch's own f32 is from its f64. Weights and images come from a generator of the variable's name, in
generator.py; IR's from that of our name. The networks are in reference.py.
"""
import json, os, sys, numpy as np, torch, torchvision
from generator import numbers, start
from measure import all_of, distance, run
from published import PUBLISHED
from reference import IR, AllInOne, FaceResNet, IResNet, MobileFaceNet, face_resnet_paper
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

NETWORKS = {
    "resnet basic": (ResNet(BasicBlock, [1, 2, 1, 1], 8), (6, 3, 64, 64)),
    "resnet bottleneck": (ResNet(Bottleneck, [1, 2, 1, 1], 8), (6, 3, 64, 64)),
    "resnext": (ResNet(Bottleneck, [1, 2, 1, 1], 8, groups=32, width_per_group=4), (6, 3, 64, 64)),
    "iresnet": (IResNet([1, 2, 1, 1], 40, 8), (6, 3, 40, 40)),
    "mobilefacenet": (MobileFaceNet([1, 2, 1, 1], 1, 8), (6, 3, 112, 112)),
    "mobilefacenet large": (MobileFaceNet([2, 1, 1, 1], 1, 8), (6, 3, 112, 112)),
    "ir": (IR([1, 2, 1, 1], 40, 8), (6, 3, 40, 40)),
    "face-resnet plain": (FaceResNet(20, 18, [([4, 6], 1, "before"), ([5], 2, "none")], 0, False, 7), (3, 3, 20, 18)),
    "face-resnet normed": (FaceResNet(20, 18, [([4], 1, "after"), ([6, 5], 1, "before")], 1, True, 7), (3, 3, 20, 18)),
    "all-in-one": (AllInOne([16, 18, 20, 20, 16, 24, 24], 3, 16, 8), (6, 3, 131, 131)),
}

# Where the limit is three times torch's own f32 error, that error is the root mean square over so many images: of one it is chance. A
# single sign that f32 takes for the other one (once in an image of MobileFaceNet here, in torch as in l2face) outweighs all rounding in the
# gradients, and a batch norm over an embedding of three images blows rounding up by whatever their distance is.
IMAGES = {"mobilefacenet": 4, "mobilefacenet large": 4, "resnext": 4, "face-resnet plain": 8, "face-resnet normed": 8}

if "--count" in sys.argv:
    for name, net in {**PUBLISHED, "face-resnet 112x96": lambda: face_resnet_paper(112, 96)}.items():
        print(name, sum(p.numel() for p in net().parameters()))
    sys.exit()


def of_gradient(name, g):
    return [g.norm().item(), (g.flatten() * numbers(name, g.numel())).sum().item()]


def errors(exact, low):
    (y, gradients), (evaluation, _) = exact
    return [distance(low[0][0], y), distance(low[1][0], evaluation), distance(all_of(low[0][1]), all_of(gradients))]


versions = {"torch": torch.__version__, "torchvision": torchvision.__version__, "numpy": np.__version__}
print(versions)
for name in sys.argv[1:] or NETWORKS:
    net, shape = NETWORKS[name]
    ours = getattr(net, "our_name", lambda n: n)
    images = ["image"] + [f"image{i}" for i in range(2, IMAGES.get(name, 1) + 1)]
    first = lambda n, s: start(ours(n), s)
    runs = [[run(net, shape, dtype, first, image) for dtype in (torch.float64, torch.float32)] for image in images]
    (y, gradients), (evaluation, _) = runs[0][0]
    result = {
        "image": shape,
        "training": y.flatten().tolist(),
        "evaluation": evaluation.flatten().tolist(),
        "gradients": {ours(n): of_gradient(ours(n), g) for n, g in gradients.items()},
        "f32": np.sqrt(np.mean([np.square(errors(*pair)) for pair in runs], axis=0)).tolist(),
    }
    if len(images) > 1:
        result["images"] = images
    if isinstance(net, IR):
        result["names"] = {n: ours(n) for n in net.state_dict() if "num_batches" not in n}
    print(name, sum(p.numel() for p in net.parameters()), result["f32"], result["evaluation"][:3], flush=True)
    file = name.replace(" ", "_").replace("-", "_") + ".json"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "fixtures", file), "w") as f:
        f.write(json.dumps({**versions, **result}).replace('], "', '],\n"') + "\n")
