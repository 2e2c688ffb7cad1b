// The wall display asks every minute whether there are newer figures and puts them in place of the
// old ones at once, so that nothing flickers. When it cannot reach the server it says so.

const EVERY = 60000;
let asking = false;

async function refresh() {
  if (asking) return;
  asking = true;
  const wall = document.querySelector("[data-wall]");
  const state = wall.querySelector("[data-wall-state]");
  try {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-wall]");
    if (!fresh) throw new Error("no wall");
    if (fresh.dataset.digest !== wall.dataset.digest) wall.replaceWith(document.adoptNode(fresh));
    else if (state) state.textContent = "";
  } catch (error) {
    if (state) state.textContent = "暂时连不上服务器，显示的是上次的数据。";
  } finally {
    asking = false;
  }
}

setInterval(refresh, EVERY);
