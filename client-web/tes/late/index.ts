// The screens beside the question.
export { default as Finishing } from "./Finishing.svelte";
export { default as Help } from "./Help.svelte";
export { default as Leaving } from "./Leaving.svelte";
export { default as NumberGrid } from "./NumberGrid.svelte";
export { default as Result } from "./Result.svelte";
export { default as Review } from "./Review.svelte";
export { default as StageStart } from "./StageStart.svelte";
