import { TablePicture } from "#ui/table-picture.tsx";
import { FailureFrame, HomeLink } from "./frame.tsx";

/** An unknown address. */
export function MissingPage() {
  return (
    <main className="grid min-h-dvh place-items-center bg-bg">
      <MissingView />
    </main>
  );
}

export function MissingView() {
  return (
    <FailureFrame
      picture={<TablePicture taken={0} />}
      title="This page doesn’t exist"
      mark="404"
      actions={<HomeLink />}
    >
      The link may be outdated, or it leads to an organization that you are not a member of.
    </FailureFrame>
  );
}
