// A session that is over: the page asks for itself again, and is led to the login page.
(function () {
  const asked = window.fetch;
  window.fetch = (...given) => asked(...given).then((answer) => {
    if (answer.status === 401) { window.location.reload(); }
    return answer;
  });
})();
