import { useState } from "react";
import { useNow } from "#lib/clock.ts";
import { type ApiError, toSentence } from "#lib/failure.ts";
import { waitText } from "#lib/format.ts";
import { Banner } from "#ui/banner.tsx";

/** Says why the request was refused; the remaining wait is counted down in words. */
export function FailureBanner({ failure }: { failure: ApiError }) {
  if (failure.code === "rate.limited") {
    return <WaitBanner key={failure.requestId} seconds={failure.retryAfterSeconds ?? 60} />;
  }
  return <Banner tone="danger">{toSentence(failure)}</Banner>;
}

function WaitBanner({ seconds }: { seconds: number }) {
  const [until] = useState(() => Date.now() + seconds * 1_000);
  const left = Math.ceil((until - useNow("second")) / 1_000);
  return left > 0 ? (
    <Banner tone="warning">Too many attempts. Wait {waitText(left)} before you try again.</Banner>
  ) : (
    <Banner tone="success">You can try again now.</Banner>
  );
}
