// Made from the contract's table of parameters: the default of each by its wire name.
// `UPDATE=1 cargo test -p backdrop-contract` writes it again.
export default {
  image: null,
  prompt: "In a parking lot",
  ref_images: [],
  negative_prompt: "no cars",
  seed: 1234,
  fast: false,
  refine_prompt: true,
  enhance_ref_images: true,
  original_quality: false,
  force_background_detection: false,
  prompt_content_moderation: true,
  visual_input_content_moderation: false,
  visual_output_content_moderation: false,
};
