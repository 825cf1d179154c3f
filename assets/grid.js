// The grid, a page of rows at a time: sorting, filtering and paging are the server's. Its library is fetched when a number is first opened.
(() => {
  "use strict";
  const ours = (window.smarketing = window.smarketing || {});
  const LIBRARY = "/assets/vendor/ag-grid-community-36.2.0.min.noStyle.js";
  const KEPT_PAGES = 20;
  const HIGHEST = 14;
  const WIDTHS = { text: 150, instant: 185, day: 130, number: 120, money: 130 };
  const NARROW = "(max-width: 640px)";
  const SHORT = ["amount", "won_at", "ready_at", "created_at"];
  // why a row does not count is chosen by the words above the grid
  const UNFILTERED = new Set(["reason"]);

  // what the server can be asked, and what people call it
  const TESTS = {
    text: { contains: "contains", lacks: "does not contain", is: "is", "is not": "is not", begins: "begins with", ends: "ends with", blank: "is empty", filled: "is not empty" },
    number: { is: "is", "is not": "is not", from: "from", before: "below", blank: "is empty", filled: "is not empty" },
    instant: { is: "on", from: "from", before: "before", blank: "is empty", filled: "is not empty" },
    day: { is: "on", from: "from", before: "before", blank: "is empty", filled: "is not empty" },
  };
  TESTS.money = TESTS.number;
  const FILTERS = { text: "agTextColumnFilter", number: "agNumberColumnFilter", money: "agNumberColumnFilter" };
  const WORDS = { filterOoo: "Filter …", filterOOO: "Filter …", resetFilter: "Clear", andCondition: "and", noRowsToShow: "No row passes the filter", dateFormatOoo: "yyyy-mm-dd" };

  let loading = null;

  function library() {
    if (window.agGrid) return Promise.resolve(window.agGrid);
    loading ||= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = LIBRARY;
      script.onload = () => resolve(window.agGrid);
      script.onerror = () => {
        loading = null;
        script.remove();
        reject(new Error("the grid did not load"));
      };
      document.head.append(script);
    });
    return loading;
  }

  function look(agGrid, size) {
    return agGrid.themeQuartz.withParams({
      accentColor: "var(--focus)",
      backgroundColor: "var(--card)",
      foregroundColor: "var(--ink)",
      textColor: "var(--ink)",
      borderColor: "var(--line)",
      chromeBackgroundColor: "var(--card)",
      headerBackgroundColor: "var(--card)",
      headerTextColor: "var(--quiet)",
      headerFontWeight: 600,
      rowHoverColor: "var(--shade)",
      selectedRowBackgroundColor: "var(--shade)",
      menuBackgroundColor: "var(--card)",
      inputBackgroundColor: "var(--card)",
      fontFamily: "inherit",
      fontSize: 0.9 * size,
      headerFontSize: 0.9 * size,
      iconSize: 0.95 * size,
      spacing: 0.45 * size,
      rowHeight: 2.35 * size,
      headerHeight: 2.5 * size,
      cellHorizontalPadding: 0.75 * size,
      columnBorder: false,
      headerColumnBorder: false,
      headerColumnResizeHandleColor: "var(--line)",
      pinnedColumnBorder: { color: "var(--line)" },
      wrapperBorder: false,
      wrapperBorderRadius: 0,
      browserColorScheme: "inherit",
    });
  }

  function tests(kind) {
    return Object.entries(TESTS[kind]).map(([displayKey, displayName]) => {
      const numberOfInputs = displayKey === "blank" || displayKey === "filled" ? 0 : 1;
      return { displayKey, displayName, numberOfInputs, predicate: () => true };
    });
  }

  function filter({ name, kind }) {
    if (UNFILTERED.has(name)) return { filter: false };
    const options = tests(kind);
    return {
      filter: FILTERS[kind] || "agDateColumnFilter",
      filterParams: { filterOptions: options, defaultOption: options[0].displayKey, maxNumConditions: 2, buttons: ["reset"], debounceMs: 350, inRangeInclusive: false },
    };
  }

  // the record is led to by what people call it; where it is called nothing, by its id
  function address(column, params, first, second) {
    const { data } = params;
    if (!data) return null;
    if (column.name === "url") return ours.safe(data.url);
    const named = data[first] !== null && data[first] !== "" ? first : second;
    return column.name === named ? ours.safe(data.url) : null;
  }

  function short(columns, rows) {
    const held = SHORT.find((name) => columns.some((one) => one.name === name) && rows.some((row) => row[name] !== null));
    return new Set([columns[0].name, columns.some((one) => one.name === "source") ? "source" : "rep", held]);
  }

  function columns(body, size, side, narrow) {
    const [first, second] = body.columns.map((one) => one.name);
    const kept = narrow ? short(body.columns, body.rows) : null;
    if (kept && side !== "counted") kept.add("reason").delete("source") || kept.delete("rep");
    const made = body.columns.map((one) => {
      const right = one.kind === "number" || one.kind === "money";
      const width = (one.name === "url" ? 270 : one.name === first ? 190 : one.name === "reason" ? 210 : WIDTHS[one.kind]) * (size / 16);
      return {
        colId: one.name,
        field: one.name,
        headerName: one.label,
        hide: kept ? !kept.has(one.name) : one.name === "reason" && side === "counted",
        ...(narrow ? { flex: one.name === first ? 3 : 2, minWidth: 40 } : { width }),
        pinned: !narrow && one.name === first ? "left" : null,
        type: right ? "rightAligned" : undefined,
        cellRenderer: (params) => ours.cell(params.value, one.kind, address(one, params, first, second)),
        ...filter(one),
      };
    });
    // why a row does not count stands beside what it is
    const reason = made.findIndex((one) => one.colId === "reason");
    if (reason > 1) made.splice(1, 0, ...made.splice(reason, 1));
    return made;
  }

  function conditions(model) {
    return Object.entries(model).flatMap(([name, told]) => {
      const all = told.conditions || [told];
      return all.map((one) => {
        const operand = one.filterType === "date" ? one.dateFrom : one.filter;
        return [name, one.type, ...[operand === null || operand === undefined ? "" : String(operand).slice(0, one.filterType === "date" ? 10 : undefined)]];
      });
    });
  }

  function asked({ sortModel, filterModel }) {
    return {
      sort: sortModel.map(({ colId, sort }) => (sort === "desc" ? `-${colId}` : colId)).join(","),
      filters: conditions(filterModel),
    };
  }

  // as high as its rows, up to so many; then it scrolls
  function fit(place, total, size) {
    const rows = Math.min(Math.max(total, 3), HIGHEST);
    place.style.setProperty("height", `${Math.ceil((2.35 * rows + 2.5) * size) + 18}px`);
  }

  // body: the first page as the server told it; from.page(asked, start, size) fetches others; null when nobody wants it any more
  async function grid(place, body, from) {
    const agGrid = await library();
    if (from.closed()) return null;
    const panel = place.closest("dialog") || document.body;
    const size = parseFloat(getComputedStyle(place).fontSize);
    const narrow = matchMedia(NARROW).matches;
    let ready = body;
    const source = {
      rowCount: body.total,
      getRows(params) {
        const wanted = asked(params);
        const plain = !wanted.sort && !wanted.filters.length;
        const had = ready && plain && params.startRow === 0 ? Promise.resolve(ready) : from.page(wanted, params.startRow, params.endRow - params.startRow);
        ready = null;
        had.then(
          (told) => {
            // closed while the rows were on their way
            if (api.isDestroyed()) return;
            params.successCallback(told.rows, told.total);
            told.total ? api.hideOverlay() : api.showNoRowsOverlay();
          },
          () => api.isDestroyed() || params.failCallback(),
        );
      },
    };
    fit(place, body.total, size);
    place.hidden = false;
    const api = agGrid.createGrid(place, {
      theme: look(agGrid, size),
      columnDefs: columns(body, size, from.side, narrow),
      defaultColDef: { sortable: true, resizable: true, cellDataType: false, suppressHeaderMenuButton: narrow, suppressHeaderFilterButton: narrow },
      rowModelType: "infinite",
      datasource: source,
      cacheBlockSize: from.all,
      maxBlocksInCache: KEPT_PAGES,
      maxConcurrentDatasourceRequests: 2,
      blockLoadDebounceMillis: 80,
      infiniteInitialRowCount: body.total,
      localeText: WORDS,
      popupParent: panel,
      ensureDomOrder: true,
      enableCellTextSelection: true,
      suppressFieldDotNotation: true,
      suppressDragLeaveHidesColumns: true,
      suppressColumnMoveAnimation: true,
      animateRows: false,
      multiSortKey: "ctrl",
      // the arrows go from cell to cell; Tab goes on to what stands below the rows
      tabToNextCell: () => false,
      onCellKeyDown: ({ event }) => {
        const link = event.key === "Enter" && event.target.querySelector("a[href]");
        if (link) link.click();
      },
    });
    return { retry: () => api.refreshInfiniteCache(), end: () => api.destroy() };
  }

  Object.assign(ours, { grid });
})();
