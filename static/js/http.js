// Requests to our own server, with the CSRF token and JSON both ways.

export class HttpError extends Error {
  /** `status` 0 stands for no connection; `body` is the server's JSON, if it sent any. */
  constructor(status, message, body) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

export function csrfToken() {
  return document.querySelector("meta[name=csrf-token]").content;
}

async function jsonOf(response) {
  const kind = response.headers.get("Content-Type") || "";
  return kind.includes("json") ? response.json() : null;
}

/** The JSON that the server answers (null for none) to JSON or form fields; throws HttpError. */
export async function send(method, url, body, headers = {}) {
  const options = {
    method,
    credentials: "same-origin",
    headers: Object.assign({ Accept: "application/json", "X-CSRFToken": csrfToken() }, headers),
  };
  if (body instanceof URLSearchParams) {
    options.body = body;
  } else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    throw new HttpError(0, "网络连接中断", null);
  }
  const answer = await jsonOf(response);
  if (!response.ok) {
    throw new HttpError(response.status, (answer && answer.error) || "操作没有完成", answer);
  }
  return answer;
}

export const get = (url) => send("GET", url);
export const post = (url, body) => send("POST", url, body);
