import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import "backdrop-studio";

function PhotoBooth() {
  const [scene, setScene] = useState("On a marble counter");
  const [said, setSaid] = useState("No picture yet.");
  return (
    <>
      <label>
        Scene <input id="scene" value={scene} onChange={(event) => setScene(event.target.value)} />
      </label>
      <backdrop-studio
        prompt={scene}
        hide="prompt"
        onbackdrop-result={({ detail }) => setSaid(`${detail.file.name}: ${detail.parameters.prompt}`)}
        onbackdrop-error={({ detail }) => setSaid(detail.message)}
      />
      <p id="said">{said}</p>
    </>
  );
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <PhotoBooth />
  </StrictMode>,
);
