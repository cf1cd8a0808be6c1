//! Procedural faces: an identity rendered under pose, light, expression, blur and occlusion, and data sets made of them.
