// Every page works without this. With it, pages are read again as things change, times come in the browser's zone, and rows
// can be clicked.
"use strict";

(() => {
  const remember = (name, value) => {
    document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=31536000; SameSite=Lax`;
  };

  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isNewZone = Boolean(zone) && !document.cookie.includes(`egret_zone=${encodeURIComponent(zone)}`);
  if (isNewZone) remember("egret_zone", zone);

  // --- a row leads where its first link leads; texts in it can still be marked

  document.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    const link = row?.querySelector("td.main a");
    if (!link || event.target.closest("a, button, input, label, .tick") || !getSelection().isCollapsed) return;
    const { ctrlKey, metaKey, shiftKey } = event;
    link.dispatchEvent(new MouseEvent("click", { ctrlKey, metaKey, shiftKey, bubbles: true, cancelable: true }));
  });

  // --- one box ticks all of a page

  const tickAll = document.querySelector("[data-tick-all]");
  if (tickAll) {
    const boxes = () => [...document.querySelectorAll("tbody .tick input")];
    const follow = () => {
      const ticked = boxes().filter((box) => box.checked).length;
      tickAll.checked = ticked > 0 && ticked === boxes().length;
      tickAll.indeterminate = ticked > 0 && !tickAll.checked;
    };
    document.documentElement.dataset.ticks = "all";
    tickAll.addEventListener("change", () => {
      for (const box of boxes()) box.checked = tickAll.checked;
    });
    document.addEventListener("change", follow);
    addEventListener("pageshow", follow);
  }

  // --- a live page: a tick of the server has the same address read again, and what differs is put in place

  const isSame = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id || "") === (other.id || "");

  const morph = (present, wanted) => {
    if (present.nodeType !== Node.ELEMENT_NODE) {
      if (present.nodeValue !== wanted.nodeValue) present.nodeValue = wanted.nodeValue;
      return;
    }
    // A log that grows by itself is further than the page that was read.
    if (present.dataset.follow && wanted.dataset.follow) return;
    for (const { name } of [...present.attributes]) {
      // What a person has opened or ticked stays so.
      if (!wanted.hasAttribute(name) && name !== "open") present.removeAttribute(name);
    }
    for (const { name, value } of wanted.attributes) {
      if (present.getAttribute(name) !== value) present.setAttribute(name, value);
    }
    let here = present.firstChild;
    for (const there of [...wanted.childNodes]) {
      let match = here;
      while (match && !isSame(match, there)) match = match.nextSibling;
      if (match) {
        while (here !== match) {
          const gone = here;
          here = here.nextSibling;
          gone.remove();
        }
        morph(match, there);
        here = match.nextSibling;
      } else {
        present.insertBefore(there, here);
      }
    }
    while (here) {
      const gone = here;
      here = here.nextSibling;
      gone.remove();
    }
  };

  // --- lines of a running attempt, as they come

  const follow = (log) => {
    const lines = new EventSource(log.dataset.follow);
    lines.addEventListener("lines", ({ data }) => {
      const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
      log.append(JSON.parse(data).join(""));
      if (isAtEnd) log.scrollTop = log.scrollHeight;
    });
    lines.addEventListener("end", () => lines.close());
  };
  const followed = new WeakSet();
  const followAll = () => {
    if (!("EventSource" in window)) return;
    for (const log of document.querySelectorAll("[data-follow]")) {
      if (!followed.has(log)) { followed.add(log); follow(log); }
    }
  };
  followAll();

  // --- a change of many jobs goes on by itself

  document.querySelector("form[data-go-on]")?.submit();

  const isBusy = (part) => part.contains(document.activeElement) && /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.nodeName);

  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    // Who is out is led to the login page, and back; what somebody is typing is not taken away.
    if (answer.headers.get("ajaxRedirect") && !isBusy(document.body)) location.reload();
    if (!answer.ok || answer.headers.get("ajaxRedirect")) throw new Error(`the page cannot be read again: ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["strip", "main"]) {
      const present = document.getElementById(id);
      const wanted = page.getElementById(id);
      if (present && wanted && !isBusy(present)) morph(present, wanted);
    }
    followAll();
  };

  // The page was written before the zone was known.
  if (isNewZone && document.querySelector("main time")) refresh().catch(() => {});

  const live = document.body.dataset.live;
  if (live && "EventSource" in window) {
    const stale = document.querySelector("#stale .stale");
    let source = null;
    let isReading = false;
    const read = async () => {
      if (isReading) return;
      isReading = true;
      try {
        await refresh();
        stale.hidden = true;
      } catch {
        // A page that says that all is well has to say when it does not know.
        stale.hidden = false;
      } finally {
        isReading = false;
      }
    };
    const listen = () => {
      source = new EventSource(live);
      source.addEventListener("tick", read);
      source.addEventListener("error", ({ target }) => {
        if (source !== target) return;
        read();
        // The browser connects again by itself, unless it was refused.
        if (target.readyState === EventSource.CLOSED) {
          source = null;
          setTimeout(listenIfSeen, 5000);
        }
      });
    };
    const listenIfSeen = () => {
      if (!document.hidden && !source) listen();
    };
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        source?.close();
        source = null;
      } else {
        listenIfSeen();
        read();
      }
    });
    listenIfSeen();
  }
})();
