import "backdrop-studio/react";

export const good = (
  <backdrop-studio
    prompt="On a marble counter"
    variant="compact"
    photo={new Blob()}
    className="wide"
    required
    onbackdrop-result={(event) => console.log(event.detail.file)}
  />
);

// @ts-expect-error no such variant
export const bad = <backdrop-studio variant="tiny" />;
