//! The networks written down: their cost by the figures that others publish, and every variable in its place.
use candle_core::Result;
use l2face_backbone::{BackboneConfig, FaceResNetConfig, NetworkConfig, ResNetConfig};
use l2face_graph::Op;

/// torchvision's "GFLOPS" of its ImageNet weights (multiply-adds at 224x224, 1,000 outputs), in its documentation of each model.
#[test]
fn multiply_adds_are_torchvision_s() -> Result<()> {
    for (config, billions) in [
        (ResNetConfig::resnet18(1000), 1.81),
        (ResNetConfig::resnet34(1000), 3.66),
        (ResNetConfig::resnet50(1000), 4.09),
        (ResNetConfig::resnet101(1000), 7.80),
    ] {
        let mut backbone = BackboneConfig::named("resnet50")?;
        backbone.network = NetworkConfig::Resnet(config);
        let got = backbone.graph()?.cost().multiply_adds as f64 / 1e9;
        assert!((got - billions).abs() <= 0.006, "{config:?}: {got}");
    }
    Ok(())
}

/// The graph's count and the plan's are worked out apart.
#[test]
fn face_resnet_s_two_counts_agree() -> Result<()> {
    let config = BackboneConfig::named("face-resnet")?;
    let paper = FaceResNetConfig::paper(128, 128);
    let graph = config.graph()?;
    assert_eq!(graph.cost().multiply_adds, paper.multiply_adds()?);
    assert_eq!(graph.cost().weights, paper.parameters()? as u64);
    assert_eq!(graph.nodes().iter().filter(|n| matches!(n.op, Op::Conv { .. })).count(), 27);
    Ok(())
}

#[test]
fn every_variable_of_every_network_is_in_its_graph() -> Result<()> {
    for name in BackboneConfig::names() {
        let config = BackboneConfig::named(name)?;
        let graph = config.graph()?;
        let variables = config.variables()?;
        let variables: Vec<(&String, &[usize])> = variables.iter().map(|(n, s)| (n, s.dims())).collect();
        let weights: Vec<(&String, &[usize])> = graph.weights().iter().map(|(n, s)| (n, s.as_slice())).collect();
        assert_eq!(weights, variables, "{name}");
        assert_eq!(graph.shape(graph.output()), [config.embedding()], "{name}");
    }
    Ok(())
}

#[test]
fn every_network_is_recognised_by_its_variables() -> Result<()> {
    for name in BackboneConfig::names() {
        let config = BackboneConfig::named(name)?;
        for prefix in ["", "module.", "backbone."] {
            let named = config.variables()?.into_iter().map(|(n, shape)| (format!("{prefix}{n}"), shape)).collect();
            assert_eq!(BackboneConfig::recognize(&named)?.network, config.network, "{name} after `{prefix}`");
        }
    }
    let nothing = [("a.weight".to_string(), (3, 4).into())].into_iter().collect();
    let error = BackboneConfig::recognize(&nothing).expect_err("no network").to_string();
    assert!(error.contains("no published network") && error.contains("iresnet100"), "{error}");
    Ok(())
}
