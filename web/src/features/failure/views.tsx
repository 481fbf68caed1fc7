import { ApiError } from "#lib/failure.ts";
import { TablePicture } from "#ui/table-picture.tsx";
import { BrokenView } from "./broken.tsx";
import { ForbiddenView } from "./forbidden.tsx";
import { FailureFrame, HomeLink } from "./frame.tsx";
import { MissingView } from "./missing.tsx";

type Props = { error: unknown; onRetry: () => void; isBusy?: boolean };

/** Replaces a page's content that could not be shown: missing, forbidden, or broken. */
export function FailureView({ error, onRetry, isBusy = false }: Props) {
  const status = error instanceof ApiError ? error.status : undefined;
  if (status === 404) {
    return <MissingView />;
  }
  if (error instanceof ApiError && error.code === "organization.suspended") {
    return <SuspendedView />;
  }
  if (error instanceof ApiError && error.code === "organization.updates_off") {
    return <UpdatesOffView />;
  }
  if (error instanceof ApiError && status === 403) {
    return <ForbiddenView permission={error.permission} />;
  }
  return <BrokenView error={error} onRetry={onRetry} isBusy={isBusy} />;
}

/** In case they were turned off while the page was open. */
function UpdatesOffView() {
  return (
    <FailureFrame picture={<TablePicture taken={0} />} title="Updates are off" mark="Off" actions={<HomeLink />}>
      This organization has turned them off. Its owners and admins can turn them on in the general settings.
    </FailureFrame>
  );
}

function SuspendedView() {
  return (
    <FailureFrame
      picture={<TablePicture taken={0} />}
      title="This organization is suspended"
      mark="Suspended"
      actions={<HomeLink />}
    >
      The operator of this service has suspended it. Its owners can still view it. Ask one of them.
    </FailureFrame>
  );
}
