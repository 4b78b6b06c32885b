"""Who may do what: the fifteen roles and their rights on each kind of record, as one table.

`flask upgrade` gives the roles what stands here and remembers it; what an administrator changes afterwards stays changed.
The code never asks for a role, only for a right (`can_edit` on `customer`).
"""

from __future__ import annotations

from collections.abc import Iterator

from extensions import _l, _lp

ROLES: dict[str, object] = {
    "admin": _lp("role", "System administrator"),
    "service_manager": _lp("role", "Service manager"),
    "dispatch_supervisor": _lp("role", "Dispatch supervisor"),
    "service_clerk": _lp("role", "Service clerk"),
    "service_engineer": _lp("role", "Service engineer"),
    "tech_lead": _lp("role", "Technical lead"),
    "sales": _lp("role", "Sales"),
    "quality": _lp("role", "Quality officer"),
    "warehouse": _lp("role", "Warehouse keeper"),
    "buyer": _lp("role", "Buyer"),
    "finance": _lp("role", "Finance"),
    "office": _lp("role", "Office and document keeper"),
    "project_manager": _lp("role", "Project manager"),
    "vice_president": _lp("role", "Vice president"),
    "general_manager": _lp("role", "General manager"),
}

# C create, R read, U change, A approve or sign for another, P print and export, V void; one column per role in the order above.
TABLE: dict[str, tuple[object, str]] = {
    "customer": (_lp("noun", "Customers"),
                 "CRUPV CRUP CRUP CRUP RU R CRUP R R - R R RU R R"),
    "service_hold": (_lp("noun", "Arrears"),
                     "RP CRUAP CRU R CR - CRA - - - CRU - R RA RA"),
    "equipment": (_lp("noun", "Equipment"),
                  "CRUPV CRUP CRUP CRUP CRUP CRUP R RP RP R R R CRUP R R"),
    "service_request": (_lp("noun", "Service requests"),
                        "RPV CRUPV CRUP CRUP CRU RU CR R R - R R CRU R R"),
    "contact_log": (_lp("noun", "Contact log"),
                    "RPV CRUPV CRUP CRUP CRU RU CR R R - R R CRU R R"),
    "service_info_sheet": (_lp("noun", "Service information sheets"),
                           "RPV CRUAPV CRUP CRUP RU RUAP R RUAP - - R - RUP R RA"),
    "work_order": (_lp("noun", "Work orders"),
                   "RPV CRUAPV CRUAPV CRUP RUP CRUP R R - - R - CRUP R R"),
    "service_record": (_lp("noun", "On-site records"),
                       "RPV RUAPV RUAPV CRUP CRUP CRUAP R R RA - R - CRUP R R"),
    "site_survey": (_lp("noun", "Site surveys"),
                    "RPV RUAPV RUAPV CRUP CRUP CRUAP R R RA - R - CRUP R R"),
    "acceptance": (_lp("noun", "Acceptances"),
                   "RPV RAPV RAPV RUP CRUP RP R RP - - R - CRUP R R"),
    "service_plan": (_lp("noun", "Service plans"),
                     "RPV RUAP RU RP CRUP CRUAP - RAP - - R - CRUAP R RA"),
    "trip": (_lp("noun", "Trips"),
             "RPV CRUAPV CRUAP CRUP CRUP CRUAP R - RA - RA RA CRUP R R"),
    "part": (_lp("noun", "Parts"),
             "RP RUP R R R R R R CRUP RP RP - R R R"),
    "part_price": (_lp("noun", "Part prices"),
                   "RP RUAP R R R R R - R CRUP RUAP - R R R"),
    "fee_rate": (_lp("noun", "Fee table"),
                 "CRUP CRUP R R R R R - - R CRUAP - R R RA"),
    "quotation": (_lp("noun", "Quotations"),
                  "RPV CRUAPV CRUP CRUP CR RU R RUA - RU RUA - CRU RA RA"),
    "quotation_costing": (_lp("noun", "Quotations with costing"),
                          "- CRUAPV - - - - - - - RU RU - - RA RA"),
    "major_price": (_lp("noun", "Prices from the limit of the vice president on"),
                    "- - - - - - - - - - - - - A A"),
    "stock": (_lp("noun", "Stock, ledger"),
              "RP CRUP R R R R - R CRUP RP RP - R R R"),
    "stock_doc": (_lp("noun", "Stock documents"),
                  "RPV RAP RA R CR RA - RA CRUAPV R R - CR - -"),
    "defective_part": (_lp("noun", "Defective parts returned"),
                       "RPV RP RP CRUP CRU RP - RUAP CRUP R R - RU - -"),
    "nonconformity": (_lp("noun", "Nonconformity reports"),
                      "RPV RAP R R R RUA - CRUAP RU R R - R R RA"),
    "quality_case": (_lp("noun", "Quality information"),
                     "RPV CRUAP CRUP CRUP CRUP RUAP R CRUAP - R - - CRUP RA RA"),
    "fault_analysis": (_lp("noun", "Fault analyses"),
                       "RP RUAP RU R CRU CRUAP - RUP - - - - CRUP R R"),
    "return_order": (_lp("noun", "Sales returns"),
                     "RPV RUAP CRUAP CRUP CR R CR CRUAP CRUP R RP - R R R"),
    "return_inspection": (_lp("noun", "Inspections of returns"),
                          "RPV RUAP CRUAP CRUP CR R CR CRUAP CRUP R RP - R R R"),
    "sales_shipment": (_lp("noun", "Sales shipments"),
                       "RP RUP R CRUP R R CRU R CRUP - RP - R R R"),
    "parts_shipment": (_lp("noun", "Parts dispatch"),
                       "RP RP RUP CRUP CRU R R - CRUP R R - CRU - -"),
    "complaint": (_lp("noun", "Complaints"),
                  "RPV CRUAPV CRUAP CRUP CRU RU CRU RU RU RU R CR CRU RA RA"),
    "survey": (_lp("noun", "Surveys"),
               "CRUPV CRUP CRUP CRUP CR R R RUP - - - - CRUP R R"),
    "daily_report": (_lp("noun", "Daily reports"),
                     "RP RAP CRUAP RP CRUP RAP - - - - R - CRUP R R"),
    "contract": (_lp("noun", "Contracts and notices"),
                 "CRUPV CRUAP CRUP CRUP R R CRU - - - RUP RP RU R RA"),
    "inspection_plan": (_lp("noun", "Inspection plan"),
                        "CRUPV CRUAP CRUAP CRUP CRUP CRUAP R R R - - - CRUP R R"),
    "inspection_record": (_lp("noun", "Inspections at customers"),
                          "CRUPV CRUAP CRUAP CRUP CRUP CRUAP R R R - - - CRUP R R"),
    "repair_item": (_lp("noun", "Workshop repair"),
                    "RPV RUAP CRUAP CRUP CRUP CRUP R R CRUP - R - R R -"),
    "paper_copy": (_lp("noun", "Slips and their return"),
                   "RP CRUAP CRUAP CRUP R R - R - - - CRUP R R R"),
    "paper_change": (_lp("noun", "Changes of signed papers"),
                     "RP CRP CR CR CR CR CR CRAP CR CR CR CR CR R R"),
    "follow_up": (_lp("noun", "Follow-up calls"),
                  "RP CRUP CRUP CRUP CRUP R CRU R - - - - CRUP R R"),
    "staff": (_lp("noun", "Staff"),
              "CRUPV R R R R R R R R R R R R R R"),
    "department": (_lp("noun", "Departments"),
                   "CRUPV R R R R R R R R R R R R R R"),
    "region": (_lp("noun", "Regions"),
               "CRUPV R R R R R R R R R R R R R R"),
    "supplier": (_lp("noun", "Suppliers"),
                 "CRUPV R R R R R R R R R R R R R R"),
    "reference": (_lp("noun", "Dictionaries, parameters, number rules"),
                  "CRUPV R - - - - - - - - - - - - R"),
    "account": (_lp("noun", "Users and roles"),
                "CRUPV R - - - - - - - - - - - - R"),
    "audit": (_lp("noun", "Audit log"),
              "RP R - - - - - - - - - - - - R"),
}

LETTERS: dict[str, tuple[str, ...]] = {
    "C": ("can_add",),
    "R": ("can_list", "can_show"),
    "U": ("can_edit",),
    "A": ("can_approve",),
    "P": ("can_export", "can_print"),
    "V": ("can_void",),
}
LETTER_NAMES: dict[str, object] = {
    "C": _lp("right", "Create"), "R": _lp("right", "Read"), "U": _lp("right", "Change"),
    "A": _lp("right", "Approve"), "P": _lp("right", "Print, export"), "V": _lp("right", "Void"),
}

# Which rows a role sees; the widest of a user's roles holds.
SCOPES: dict[str, object] = {
    "can_see_all": _lp("scope", "Everything"),
    "can_see_branch": _lp("scope", "Everything; in a branch, that branch"),
    "can_see_region": _lp("scope", "Own regions and branch"),
    "can_see_department": _lp("scope", "Own department"),
    "can_see_own_customers": _lp("scope", "Own customers"),
    "can_see_assigned": _lp("scope", "What is assigned to him, and his regions' customers"),
    "can_see_by_document": _lp("scope", "What documents with parts refer to"),
}
ROLE_SCOPES = {
    "service_manager": "can_see_branch", "dispatch_supervisor": "can_see_region", "service_engineer": "can_see_assigned",
    "tech_lead": "can_see_department", "project_manager": "can_see_department", "sales": "can_see_own_customers",
    "warehouse": "can_see_by_document", "buyer": "can_see_by_document",
}
SCOPE_NOUN = "row_scope"
COST_NOUN = "cost_price"
COST_ROLES = ("service_manager", "finance", "buyer", "vice_president", "general_manager")


def letters_of(role: str, noun: str) -> str:
    """The letters the table gives a role for a kind of record; empty when none."""
    letters = TABLE[noun][1].split()[list(ROLES).index(role)]
    return "" if letters == "-" else letters


def grants() -> Iterator[tuple[str, str, str]]:
    """(role, permission, noun) of everything the table gives."""
    for role in ROLES:
        for noun in TABLE:
            for letter in letters_of(role, noun):
                for permission in LETTERS[letter]:
                    yield role, permission, noun
        yield role, ROLE_SCOPES.get(role, "can_see_all"), SCOPE_NOUN
        if role in COST_ROLES:
            yield role, "can_list", COST_NOUN


def subjects() -> Iterator[tuple[str, str]]:
    """(permission, noun) of everything that may be granted in the editor of roles."""
    for noun in TABLE:
        for permissions in LETTERS.values():
            for permission in permissions:
                yield permission, noun
    for scope in SCOPES:
        yield scope, SCOPE_NOUN
    yield "can_list", COST_NOUN


NO_RIGHT = _l("Your rights do not cover this. Ask the administrator if you need it.")
