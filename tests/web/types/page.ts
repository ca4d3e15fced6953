// What a page with TypeScript may write, and what it may not.
import "backdrop-studio";
import type { BackdropResult } from "backdrop-studio";

const studio = document.querySelector("backdrop-studio");
if (studio) {
  studio.prompt = "On a marble counter";
  studio.seed = 7;
  studio.photo = new Blob();
  studio.parameters = { fast: true, ref_images: ["https://example.org/a.jpg"] };
  studio.variant = "compact";
  studio.addEventListener("backdrop-send", (event) => {
    event.detail.parameters.prompt = "On a beach";
    event.preventDefault();
  });
  studio.addEventListener("backdrop-error", ({ detail }) => console.log(detail.kind, detail.status, detail.reason));
  studio.addEventListener("click", () => studio.cancel());
  const result: Promise<BackdropResult> = studio.send();
  void result.then(({ file, metadata }) => [file.name, metadata.width]);

  // @ts-expect-error a number
  studio.seed = "7";
  // @ts-expect-error no such variant
  studio.variant = "tiny";
  // @ts-expect-error read only
  studio.value = null;
  // @ts-expect-error no such parameter
  studio.parameters = { promt: "" };
}
