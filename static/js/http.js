// Requests to our own server, with the CSRF token and JSON both ways.

export class HttpError extends Error {
  /** `status` 0 stands for no connection, a `silent` one brought no answer; `body`: the server's JSON, if it sent any. */
  constructor(status, message, body, silent = false) {
    super(message);
    this.status = status;
    this.body = body;
    this.silent = silent;
  }
}

export function csrfToken() {
  return document.querySelector("meta[name=csrf-token]").content;
}

async function jsonOf(response) {
  const kind = response.headers.get("Content-Type") || "";
  return kind.includes("json") ? response.json() : null;
}

/** Goes off after so many milliseconds; never for 0. A network that swallows everything breaks no connection. */
function alarm(patience) {
  const cut = new AbortController();
  const timer = patience && setTimeout(() => cut.abort(), patience);
  return { signal: cut.signal, off: () => clearTimeout(timer) };
}

/**
 * The JSON that the server answers (null for none) to JSON or form fields; throws HttpError.
 * `patience`: milliseconds after which no answer counts as no connection; 0 for as long as it takes.
 */
export async function send(method, url, body, headers = {}, patience = 0) {
  const { signal, off } = alarm(patience);
  const options = {
    method,
    signal,
    credentials: "same-origin",
    headers: Object.assign({ Accept: "application/json", "X-CSRFToken": csrfToken() }, headers),
  };
  if (body instanceof URLSearchParams) {
    options.body = body;
  } else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response, answer;
  try {
    response = await fetch(url, options);
    answer = await jsonOf(response);
  } catch (error) {
    throw new HttpError(0, "网络连接中断", null, signal.aborted);
  } finally {
    off();
  }
  if (!response.ok) {
    throw new HttpError(response.status, (answer && answer.error) || "操作没有完成", answer);
  }
  return answer;
}

export const get = (url, patience) => send("GET", url, undefined, {}, patience);
export const post = (url, body) => send("POST", url, body);
