import { opened } from "#ui/opened.tsx";
import type { Reauthentication } from "./use-reauthentication.ts";

export type Props = {
  reauthentication: Reauthentication;
  what: string;
  onCancel: () => void;
  returnFocus: () => HTMLElement | null | false;
};

const Ways = opened(async () => (await import("./ways.tsx")).Ways);

/** Asks who it is, and continues the waiting action once that is known. Few visits open it, so it is loaded apart. */
export function ReauthenticationDialog(props: Props) {
  return <Ways {...props} isOpen={props.reauthentication.isWaiting} />;
}
