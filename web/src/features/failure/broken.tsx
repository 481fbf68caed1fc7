import { ApiError, offline, offlineSentence } from "#lib/failure.ts";
import { isLostPart } from "#lib/lost-part.ts";
import { Button } from "#ui/button.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { FailureFrame, HomeLink } from "./frame.tsx";

type Props = { error: unknown; onRetry: () => void; isBusy: boolean };

/** Something failed that may work the next time. */
export function BrokenView({ error, onRetry, isBusy }: Props) {
  const { title, mark, sentence, requestId } = describe(error);
  return (
    <FailureFrame
      title={title}
      mark={mark}
      actions={
        <>
          <Button variant="primary" size="large" isBusy={isBusy} onClick={onRetry}>
            Try again
          </Button>
          <HomeLink variant="secondary" />
        </>
      }
    >
      {sentence}
      {requestId !== undefined && (
        <span className="mt-3 flex justify-center">
          <CopyableId
            id={requestId}
            label="request id"
            className="left-0! rounded-md border border-border bg-surface px-2! py-1"
          />
        </span>
      )}
    </FailureFrame>
  );
}

function describe(error: unknown) {
  if (isOffline(error)) {
    return { title: "No connection", mark: "Offline", sentence: offlineSentence };
  }
  if (isLostPart(error)) {
    const sentence = "A part of it could not be loaded. Try again; what you typed is kept.";
    return { title: "This page is not complete", mark: "Error", sentence };
  }
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  const advice = requestId === undefined ? "tell whoever runs this service." : "tell us this number:";
  const sentence = `It is not your fault. Try again; if it stays like this, ${advice}`;
  return { title: "This didn’t work", mark: "Error", sentence, requestId };
}

function isOffline(error: unknown) {
  return isLostPart(error) ? !navigator.onLine : error instanceof ApiError && error.code === offline;
}
