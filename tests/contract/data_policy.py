"""Who may open what, written down by hand from the table of roles: the yardstick, not a copy of the program's own."""

ROLES = ("admin", "service_manager", "dispatch_supervisor", "service_clerk", "service_engineer", "tech_lead", "sales", "quality",
         "warehouse", "buyer", "finance", "office", "project_manager", "vice_president", "general_manager")

# Letters of each role on the records behind an address, in the order above.
FAMILIES = {
    "/customers": "CRUPV CRUP CRUP CRUP RU R CRUP R R - R R RU R R",
    "/customer-contacts": "CRUPV CRUP CRUP CRUP RU R CRUP R R - R R RU R R",
    "/customer-sites": "CRUPV CRUP CRUP CRUP RU R CRUP R R - R R RU R R",
    "/equipment": "CRUPV CRUP CRUP CRUP CRUP CRUP R RP RP R R R CRUP R R",
    "/product-models": "CRUPV CRUP CRUP CRUP CRUP CRUP R RP RP R R R CRUP R R",
    "/product-categories": "CRUPV CRUP CRUP CRUP CRUP CRUP R RP RP R R R CRUP R R",
    "/service-requests": "RPV CRUPV CRUP CRUP CRU RU CR R R - R R CRU R R",
    "/contact-logs": "RPV CRUPV CRUP CRUP CRU RU CR R R - R R CRU R R",
    "/work-orders": "RPV CRUAPV CRUAPV CRUP RUP CRUP R R - - R - CRUP R R",
    "/follow-ups": "RP CRUP CRUP CRUP CRUP R CRU R - - - - CRUP R R",
    "/paper-changes": "RP CRP CR CR CR CR CR CRAP CR CR CR CR CR R R",
    "/inspection-tasks": "CRUPV CRUAP CRUAP CRUP CRUP CRUAP R R R - - - CRUP R R",
    "/parts": "RP RUP R R R R R R CRUP RP RP - R R R",
    "/part-prices": "RP RUAP R R R R R - R CRUP RUAP - R R R",
    "/fee-rates": "CRUP CRUP R R R R R - - R CRUAP - R R RA",
    "/returns/owed": "RPV RP RP CRUP CRU RP - RUAP CRUP R R - RU - -",
    "/returns/receiving": "RPV RAP RA R CR RA - RA CRUAPV R R - CR - -",
    "/returns": "RPV RUAP CRUAP CRUP CR R CR CRUAP CRUP R RP - R R R",
    "/defective-parts": "RPV RP RP CRUP CRU RP - RUAP CRUP R R - RU - -",
    "/sales-shipments": "RP RUP R CRUP R R CRU R CRUP - RP - R R R",
    "/sales-shipment-lines": "RP RUP R CRUP R R CRU R CRUP - RP - R R R",
    "/stock": "RP CRUP R R R R - R CRUP RP RP - R R R",
    "/stock-moves": "RP CRUP R R R R - R CRUP RP RP - R R R",
    "/warehouses": "RP CRUP R R R R - R CRUP RP RP - R R R",
    "/stock-zones": "RP CRUP R R R R - R CRUP RP RP - R R R",
    "/stock-docs": "RPV RAP RA R CR RA - RA CRUAPV R R - CR - -",
    "/staff": "CRUPV R R R R R R R R R R R R R R",
    "/departments": "CRUPV R R R R R R R R R R R R R R",
    "/regions": "CRUPV R R R R R R R R R R R R R R",
    "/suppliers": "CRUPV R R R R R R R R R R R R R R",
}
NEEDS = {"list/": "R", "show/<int:pk>": "R", "add": "C", "edit/<int:pk>": "U", "export/<kind>": "P", "<int:pk>/do/<transition>": "C",
         "context": "C", "callers": "C", "call": "C", "": "R", "back": "U", "desk": "U", "put-away/<int:pk>": "U",
         "give-back/<int:pk>": "U"}
# Families without a list: the page they have instead.
DESKS = {"/returns/owed": "/returns/owed/", "/returns/receiving": "/returns/receiving/desk"}
# A step of each family whose right is the letter above, and what another family needs instead.
STEPS = {"/service-requests": ("register", "C"), "/work-orders": ("assign", "C"), "/follow-ups": ("done", "U"),
         "/stock-docs": ("submit", "C"), "/returns": ("apply", "C"), "/defective-parts": ("look", "A"), "/part-prices": ("approve", "A"),
         "/paper-changes": ("approve", "A"), "/quotation_offer": ("reject", "U")}
# Anybody signed in who may read, add or change the records may look up what their form refers to.
LOOKUPS = "lookup/<column>"
OPEN = {"/login/", "/healthz", "/readyz", "/static/<path:filename>", "/static/appbuilder/<path:filename>", "/lang/<string:locale>",
        "/account/link/<secret>", "/logout/", "/login/again"}
SIGNED_IN = {"/", "/notices/<int:key>/read", "/notices/read", "/search/", "/account/password", "/api/v1/_openapi", "/account/access/",
             "/account/access/end", "/account/access/key", "/account/access/revoke"}

# The overview of clocks, by the letters on work orders.
CLOCKS = "/clocks/"

# Addresses of the administration, by hand: what each needs on accounts.
ACCOUNTS = {"/accounts/": "R", "/accounts/add": "C", "/accounts/edit/<int:pk>": "U", "/accounts/link/<int:pk>": "U",
            "/accounts/active/<int:pk>": "U", "/rights/": "R", "/rights/edit/<role>": "U", "/accounts/access/<int:pk>": "R",
            "/accounts/access/<int:pk>/end": "U", "/accounts/access/<int:pk>/revoke": "U"}
ACCOUNT_LETTERS = "CRUPV R - - - - - - - - - - - - R"

# Papers by the records they show: layout, base letters, whether a slip of it can be begun.
PAPERS = {"repair_slip_3": "service_record", "repair_record": "service_record",
          "field_service_record": "service_record", "field_install_record": "service_record", "service_info_sheet": "service_info_sheet",
          "site_survey": "site_survey", "stock_in": "stock_doc", "stock_out": "stock_doc", "stock_issue": "stock_doc",
          "stock_move": "stock_doc", "issue_slip": "stock_doc", "nonconformity_report": "nonconformity",
          "defective_part": "defective_part", "return_order": "return_order", "return_inspection": "return_inspection",
          "recheck": "return_inspection", "parts_shipment": "parts_shipment", "fault_analysis": "fault_analysis",
          "task_notice": "work_order", "service_voucher": "work_order", "request_form": "service_request", "customer_file": "customer",
          "equipment_file": "equipment", "acceptance": "acceptance", "service_plan": "service_plan",
          "trip_application": "trip", "trip_plan": "trip", "trip_summary": "trip",
          "follow_up_record": "follow_up", "complaint": "complaint",
          "after_sales_survey": "survey", "opinion_card": "survey", "daily_report": "daily_report",
          "inspection_record": "inspection_record", "service_contract": "contract", "contract_notice": "contract",
          "repair_item": "repair_item", "goods_receipt": "repair_item", "repair_card": "repair_item",
          "quotation_offer": "quotation", "quotation": "quotation_costing", "quality_case": "quality_case"}
# Papers that show a file: they are not begun by themselves.
VIEWS = ("service_info_sheet", "work_order", "service_request", "customer", "equipment", "follow_up")
RECORDS = {noun: FAMILIES[base] for noun, base in (("work_order", "/work-orders"), ("service_request", "/service-requests"),
                                                   ("customer", "/customers"), ("equipment", "/equipment"))} | {
           "acceptance": "RPV RAPV RAPV RUP CRUP RP R RP - - R - CRUP R R",
           "service_plan": "RPV RUAP RU RP CRUP CRUAP - RAP - - R - CRUAP R RA",
           "trip": "RPV CRUAPV CRUAP CRUP CRUP CRUAP R - RA - RA RA CRUP R R",
           "service_record": "RPV RUAPV RUAPV CRUP CRUP CRUAP R R RA - R - CRUP R R",
           "site_survey": "RPV RUAPV RUAPV CRUP CRUP CRUAP R R RA - R - CRUP R R",
           "stock_doc": "RPV RAP RA R CR RA - RA CRUAPV R R - CR - -",
           "nonconformity": "RPV RAP R R R RUA - CRUAP RU R R - R R RA",
           "defective_part": "RPV RP RP CRUP CRU RP - RUAP CRUP R R - RU - -",
           "complaint": "RPV CRUAPV CRUAP CRUP CRU RU CRU RU RU RU R CR CRU RA RA",
           "survey": "CRUPV CRUP CRUP CRUP CR R R RUP - - - - CRUP R R",
           "daily_report": "RP RAP CRUAP RP CRUP RAP - - - - R - CRUP R R",
           "inspection_record": "CRUPV CRUAP CRUAP CRUP CRUP CRUAP R R R - - - CRUP R R",
           "contract": "CRUPV CRUAP CRUP CRUP R R CRU - - - RUP RP RU R RA",
           "follow_up": "RP CRUP CRUP CRUP CRUP R CRU R - - - - CRUP R R",
           "fault_analysis": "RP RUAP RU R CRU CRUAP - RUP - - - - CRUP R R",
           "return_order": "RPV RUAP CRUAP CRUP CR R CR CRUAP CRUP R RP - R R R",
           "return_inspection": "RPV RUAP CRUAP CRUP CR R CR CRUAP CRUP R RP - R R R",
           "quality_case": "RPV CRUAP CRUP CRUP CRUP RUAP R CRUAP - R - - CRUP RA RA",
           "quotation": "RPV CRUAPV CRUP CRUP CR RU R RUA - RU RUA - CRU RA RA",
           "quotation_costing": "- CRUAPV - - - - - - - RU RU - - RA RA",
           "repair_item": "RPV RUAP CRUAP CRUP CRUP CRUP R R CRUP - R - R R -",
           "parts_shipment": "RP RP RUP CRUP CRU R R - CRUP R R - CRU - -",
           "service_info_sheet": "RPV CRUAPV CRUP CRUP RU RUAP R RUAP - - R - RUP R RA"}
RECORD_NEEDS = {("GET", "/records/<code>/"): "R", ("GET", "/records/<code>/list/"): "R", ("GET", "/records/<code>/export/<kind>"): "P",
                ("GET", "/records/<code>/lookup/<column>"): "R", ("GET", "/records/<code>/<int:pk>/do/void"): "V",
                ("POST", "/records/<code>/<int:pk>/do/void"): "V", ("POST", "/records/<code>/<int:pk>/do/reissue"): "C",
                ("POST", "/records/<code>/<int:pk>/do/replace"): "C", ("GET", "/records/<code>/<int:pk>/proof/<slot>"): "R",
                ("GET", "/records/<code>/add"): "C", ("POST", "/records/<code>/add"): "C",
                ("GET", "/records/<code>/<int:pk>"): "R", ("POST", "/records/<code>/<int:pk>"): "U",
                ("GET", "/records/<code>/blank.pdf"): "P", ("GET", "/records/<code>/<int:pk>/pdf"): "P",
                ("POST", "/records/<code>/<int:pk>/do/print"): "P", ("GET", "/records/<code>/<int:pk>/sign/<slot>"): "R",
                ("POST", "/records/<code>/<int:pk>/sign/<slot>"): "R"}
SIGNED_IN |= {"/records/"}
RECORD_NEEDS |= {("GET", "/records/<code>/<int:pk>/over.pdf"): "P", ("POST", "/records/<code>/print-batch"): "P",
                 ("GET", "/records/<code>/<int:pk>/do/number"): "C", ("POST", "/records/<code>/<int:pk>/do/number"): "C"}

# Printed slips: their custody has letters of its own; drawing blank ones needs them and the right to print the paper.
SLIP_LETTERS = "RP CRUAP CRUAP CRUP R R - R - - - CRUP R R R"
SLIPS = {"/slips/": "R", "/slips/receive": "U", "/slips/<int:pk>": "R", "/slips/<int:pk>/do/<act>": "U", "/slips/close": "A",
         "/slips/scans/": "R", "/slips/scans/upload": "U", "/slips/scans/<int:pk>/picture": "R", "/slips/scans/<int:pk>/<act>": "U",
         "/slips/numbers/": "R"}
ISSUE_BLANK = "/records/<code>/issue-blank"
# Asking for a change of a signed paper: by the letters on such requests, and reading the paper.
ASK_CHANGE = "/records/<code>/<int:pk>/do/change"
# Saying which cells a scan shows signed: by the letters on slips, and reading the paper.
ON_PAPER = "/records/<code>/<int:pk>/do/on-paper"
# A step of a paper that takes steps: by its letters on the records it changes, and reading the paper.
PAPER_STEP = "/records/<code>/<int:pk>/do/step/<name>"
# What runs in the background belongs to who asked for it: nobody else finds it.
ERRANDS = {"/errands/<int:pk>", "/errands/<int:pk>/state", "/errands/<int:pk>/file"}

# Registers by the records they are made of.
REGISTERS = {"call_register": "/service-requests", "stock_ledger": "/stock", "return_custody": "/returns",
             "inspection_plan": "/inspection-tasks", "contact_register": "/contact-logs",
             "goods_register": "repair_item", "custody_register": "repair_item",
             "repair_register": "repair_item", "part_price_list": "/part-prices",
             "fee_table": "/fee-rates"}
REGISTER_NEEDS = {"/registers/<code>/": "R", "/registers/<code>/pdf": "P", "/registers/<code>/export/csv": "P"}

# The dispatch board: for who may issue work orders.
BOARD = {"/dispatch/": "C", "/dispatch/send": "C", "/dispatch/move": "C"}

# The back office by its letters on reference data.
REFERENCE_LETTERS = "CRUPV R - - - - - - - - - - - - R"
BACKOFFICE = {"/admin/": "R"} | {
    f"/admin/{page}/{rest}": need for page in ("parameters", "number-rules", "dictionaries", "calendars", "calendar-days", "sla-policies",
                                "forms", "printers", "inspection-policies")
    for rest, need in {"": "R", "add": "C", "edit/<int:pk>": "U", "lookup/<column>": "U"}.items()} | {
        "/admin/health/": "R", "/admin/printers/calibration/<int:pk>.pdf": "R"}

# The API: what each address needs on the records behind it; "-" is for nobody.
API_NEEDS = {("GET", ""): "R", ("POST", ""): "C", ("GET", "<int:pk>"): "R", ("PUT", "<int:pk>"): "U", ("PATCH", "<int:pk>"): "U",
             ("POST", "<int:pk>/do/<transition>"): "C"}
API_NEVER_ADDED = {"/paper-changes", "/work-orders", "/follow-ups", "/stock", "/stock-moves", "/inspection-tasks"}
# Papers that are begun: the others show a file, or stand beside the record's own paper.
API_BEGUN = {"site_survey", "repair_slip_3", "repair_record", "field_service_record", "field_install_record", "return_inspection",
             "recheck", "parts_shipment", "fault_analysis", "acceptance", "service_plan", "trip_application", "trip_plan", "trip_summary",
             "complaint", "after_sales_survey", "opinion_card", "daily_report", "inspection_record", "service_contract",
             "contract_notice", "repair_item", "repair_card", "quotation", "quality_case", "nonconformity_report"}
API_PAPERS = {f"/{code}": {"GET": "R", "PUT": "U", "PATCH": "U", **({"POST": "C"} if code in API_BEGUN else {})}
              for code in ("service_info_sheet", "site_survey", "repair_slip_3", "repair_record",
                               "stock_in", "stock_out", "stock_issue", "stock_move", "issue_slip", "nonconformity_report",
                               "defective_part", "return_order", "return_inspection", "recheck", "parts_shipment",
                               "fault_analysis", "field_service_record", "field_install_record", "task_notice", "service_voucher",
                               "request_form", "customer_file", "equipment_file", "acceptance", "service_plan",
                               "trip_application", "trip_plan", "trip_summary",
                               "follow_up_record", "complaint", "after_sales_survey", "opinion_card", "daily_report",
                               "inspection_record", "service_contract", "contract_notice",
                               "repair_item", "goods_receipt", "repair_card", "quotation", "quotation_offer", "quality_case")}

# Files by the records they hang on: what each address needs there. A file's own address answers 404 where there is none.
ATTACHMENTS = {("GET", "/attachments/<kind>/<int:pk>/"): "R", ("POST", "/attachments/<kind>/<int:pk>/add"): "U"}
ATTACHED = {"customer": "/customers", "equipment": "/equipment", "service_request": "/service-requests", "work_order": "/work-orders",
            "part": "/parts"}
FILES = {("GET", "/attachments/<int:key>"), ("GET", "/attachments/<int:key>/small"), ("POST", "/attachments/<int:key>/void")}
