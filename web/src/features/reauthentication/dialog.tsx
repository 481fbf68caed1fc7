import { opened } from "#ui/opened.tsx";

const Ways = opened(async () => (await import("./ways.tsx")).Ways);

type Props = Omit<Parameters<typeof Ways>[0], "isOpen">;

/** Asks who it is, and continues the waiting action once that is known. Few visits open it, so it is loaded apart. */
export function ReauthenticationDialog(props: Props) {
  return <Ways {...props} isOpen={props.reauthentication.isWaiting} />;
}
