import "backdrop-studio/vue";
import type { GlobalComponents } from "vue";

type Props = InstanceType<GlobalComponents["backdrop-studio"]>["$props"];

export const good: Props = { prompt: "On a beach", variant: "button", photo: null };
// @ts-expect-error no such variant
export const bad: Props = { variant: "tiny" };
