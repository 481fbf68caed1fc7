import { ApiError, offline, toSentence } from "#lib/failure.ts";
import { Button } from "#ui/button.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { TablePicture } from "#ui/table-picture.tsx";
import { FailureFrame, HomeLink } from "./frame.tsx";

type Props = { error: unknown; onRetry: () => void; isBusy: boolean };

/** Something failed that may work the next time. */
export function BrokenView({ error, onRetry, isBusy }: Props) {
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  const isOffline = error instanceof ApiError && error.code === offline;
  return (
    <FailureFrame
      picture={<TablePicture taken={0} />}
      title={isOffline ? "No connection" : "Something went wrong"}
      mark={isOffline ? "Offline" : "Error"}
      actions={
        <>
          <Button variant="primary" size="large" isBusy={isBusy} onClick={onRetry}>
            Try again
          </Button>
          <HomeLink variant="secondary" />
        </>
      }
    >
      {isOffline ? toSentence(error) : "Try again. If the problem continues, contact support with this number:"}
      {requestId !== undefined && (
        <span className="mt-3 flex justify-center">
          <CopyableId
            id={requestId}
            label="request ID"
            className="left-0! rounded-md border border-border bg-surface px-2! py-1"
          />
        </span>
      )}
    </FailureFrame>
  );
}
