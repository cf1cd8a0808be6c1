"""The networks at their published sizes, by the names of `BackboneConfig::named` and two smaller Face-ResNets of `FaceResNetConfig`."""
from reference import AllInOne, IResNet, MobileFaceNet, face_resnet_paper, face_resnet_photos, face_resnet_small
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

PUBLISHED = {
    "face-resnet": lambda: face_resnet_paper(128, 128),
    "face-resnet-small": face_resnet_small,
    "face-resnet-photos": face_resnet_photos,
    "resnet18": lambda: ResNet(BasicBlock, [2, 2, 2, 2], 512),
    "resnet34": lambda: ResNet(BasicBlock, [3, 4, 6, 3], 512),
    "resnet50": lambda: ResNet(Bottleneck, [3, 4, 6, 3], 512),
    "resnet101": lambda: ResNet(Bottleneck, [3, 4, 23, 3], 512),
    "resnext101": lambda: ResNet(Bottleneck, [3, 4, 23, 3], 512, groups=32, width_per_group=4),
    "iresnet18": lambda: IResNet([2, 2, 2, 2], 112, 512),
    "iresnet34": lambda: IResNet([3, 4, 6, 3], 112, 512),
    "iresnet50": lambda: IResNet([3, 4, 14, 3], 112, 512),
    "iresnet100": lambda: IResNet([3, 13, 30, 3], 112, 512),
    "mbf": lambda: MobileFaceNet([1, 4, 6, 2], 2, 512),
    "mbf-large": lambda: MobileFaceNet([2, 8, 12, 4], 4, 512),
    "all-in-one": lambda: AllInOne([96, 256, 384, 384, 256, 512, 512], 6, 1024, 512),
}
