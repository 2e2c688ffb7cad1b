// Stands between the browser and a server that is out of reach: who reloads an exam then gets a page of ours, which
// says so and goes back by itself, not the browser's. It keeps files that are the same for everybody, no paper, no
// answer. The first of the files in this script's address is that page; another release has other addresses.

const KEPT = "xf-away";
const files = new URL(self.location).searchParams.getAll("keep");
const page = files[0];
const addresses = files.map((each) => new URL(each, self.location).href);
/** What stands before the server says with these that it is away; the server's own bear a number. */
const AWAY = [502, 503, 504];

const kept = async (what) => (await caches.match(what)) || Response.error();

async function opened(request) {
  try {
    const answer = await fetch(request);
    return AWAY.includes(answer.status) && !answer.headers.has("X-Request-Id") ? kept(page) : answer;
  } catch (error) {
    return kept(page);
  }
}

async function keep() {
  const cache = await caches.open(KEPT);
  await cache.addAll(files);
  const old = (await cache.keys()).filter((each) => !addresses.includes(each.url));
  await Promise.all(old.map((each) => cache.delete(each)));
  await self.skipWaiting();
}

self.addEventListener("install", (event) => event.waitUntil(keep()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") {
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(opened(request));
  } else if (addresses.includes(request.url)) {
    event.respondWith(fetch(request).catch(() => kept(request)));
  }
});
