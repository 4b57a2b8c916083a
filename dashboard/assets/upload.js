/* A file input where the page asks for one: sends the file as it is, shows how far it is, and
   what was wrong in words. Nothing is sent that is over its limit. */
(function () {
  "use strict";
  const MARK = "X-Planner-Upload";

  function say(box, words, bad) {
    const said = box.querySelector(".upload-said");
    said.textContent = words;
    said.classList.toggle("bad", Boolean(bad));
  }

  function send(box, file) {
    const told = box.dataset;
    const input = box.querySelector("input"), bar = box.querySelector("progress");
    if (file.size > Number(told.most)) { say(box, file.name + ": " + told.large, true); return; }
    if (!file.size) { say(box, file.name + ": " + told.empty, true); return; }
    const address = "/data/upload/" + encodeURIComponent(told.token) + "/" +
      encodeURIComponent(told.upload) + "?name=" + encodeURIComponent(file.name);
    const sending = new XMLHttpRequest();
    sending.open("POST", address);
    sending.setRequestHeader(MARK, "1");
    const token = document.cookie.match(/(?:^|; )_csrf_token=([^;]+)/);
    if (token) sending.setRequestHeader("X-CSRFToken", decodeURIComponent(token[1]));
    sending.setRequestHeader("Content-Type", "application/octet-stream");
    sending.upload.addEventListener("progress", event => {
      bar.value = event.total ? event.loaded / event.total : 0;
      say(box, event.loaded < event.total ? told.sending : told.reading);
    });
    function over(words, bad) {
      input.disabled = false; input.value = ""; bar.hidden = true; say(box, words, bad);
    }
    sending.addEventListener("load", () => {
      let answer = {};
      try { answer = JSON.parse(sending.responseText); } catch (error) { answer = {}; }
      if (sending.status === 200 && answer.name) {
        over("", false);
        window.dash_clientside.set_props("data-uploaded",
          {data: {at: Date.now(), kind: told.upload, name: answer.name}});
      } else {
        over(answer.fault || (sending.status === 413 ? file.name + ": " + told.large
          : told.failed + " (" + sending.status + ")"), true);
      }
    });
    sending.addEventListener("error", () => over(told.failed, true));
    sending.addEventListener("abort", () => over(told.failed, true));
    input.disabled = true; bar.hidden = false; bar.value = 0; say(box, told.sending);
    sending.send(file);
  }

  function fit(box) {
    const label = document.createElement("label");
    const words = document.createElement("span");
    const input = document.createElement("input");
    const bar = document.createElement("progress");
    const said = document.createElement("p");
    words.textContent = box.dataset.label;
    input.type = "file";
    input.accept = box.dataset.accept || "";
    input.addEventListener("change", () => { if (input.files.length) send(box, input.files[0]); });
    bar.max = 1; bar.hidden = true; bar.setAttribute("aria-label", box.dataset.sending);
    said.className = "upload-said";
    said.setAttribute("role", "status");
    label.append(words, input);
    box.append(label, bar, said);
  }

  function look() {
    for (const box of document.querySelectorAll("[data-upload]")) {
      if (!box.firstChild) { fit(box); }
    }
  }

  new MutationObserver(look).observe(document.documentElement, {childList: true, subtree: true});
})();
