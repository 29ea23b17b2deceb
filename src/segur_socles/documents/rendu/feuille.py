"""The one style sheet of a rendered page: screen, narrow screen, paper."""

from __future__ import annotations

from typing import Final

from segur_socles.documents.rendu.modele import EtatSection

__all__ = ["CLASSES", "FEUILLE"]

CLASSES: Final = {
    EtatSection.RENSEIGNE: "",
    EtatSection.AUCUN: "aucun",
    EtatSection.NON_RENSEIGNE: "non-renseigne",
    EtatSection.CONTRADICTOIRE: "contradictoire",
}
"""Class of what a state is drawn around; what is filled in needs none."""


def _fiches(table: str) -> str:
    """Tell a table row by row, each cell after the name of its column: nothing is left beyond the edge."""
    return f"""{table},{table} tbody,{table} tr{{display:block}}
{table} thead{{position:absolute;left:-999em}}
{table} tr{{border:1px solid var(--trait);margin:.5rem 0}}
{table} tr.alerte{{border-color:var(--rouge);border-left-width:5px}}
{table} tbody>tr>*,{table} tr.alerte>td:first-child{{display:flow-root;border:0;
padding:.15rem .6rem .15rem calc(var(--nom) + .6rem)}}
{table} tbody>tr>:empty{{display:none}}
{table} [data-colonne]::before{{content:attr(data-colonne);float:left;
width:calc(var(--nom) - .4rem);margin-left:calc(0rem - var(--nom));
color:var(--doux);font-size:.85rem;font-weight:400;font-style:normal}}
"""


def _mosaique(table: str) -> str:
    """Tell a table row by row on a wide medium: cells side by side, each under the name of its column."""
    return f"""{table},{table} tbody{{display:block}}
{table} thead{{position:absolute;left:-999em}}
{table} tr{{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));gap:.3rem 1rem;
border:1px solid var(--trait);border-radius:4px;margin:.5rem 0;padding:.4rem .6rem}}
{table} tr.alerte{{border-color:var(--rouge);border-left-width:5px;background:var(--rouge-voile)}}
{table} tbody>tr>*,{table} tr.alerte>td,{table} tr.alerte>td:first-child{{border:0;padding:0;background:none}}
{table} tbody>tr>:empty{{display:none}}
{table} [data-colonne]::before{{content:attr(data-colonne);display:block;
color:var(--doux);font-size:.85rem;font-weight:400;font-style:normal}}
"""


_BASE: Final = """
:root{--nom:min(8rem,26vw);--encre:#1b2733;--doux:#51606f;--trait:#cfd8e0;--fond:#fff;--voile:#f3f6f9;--bleu:#14507c;
--rouge:#a3161c;--rouge-voile:#fdf1f0;--vert:#1d5c3a;--vert-voile:#eef7f1;--ocre:#6d4a00;--ocre-voile:#fff8e6}
*{box-sizing:border-box}
html{font-size:100%}
body{margin:0;background:#e9eef2;color:var(--encre);
font:1rem/1.5 "Marianne","Segoe UI",system-ui,-apple-system,"DejaVu Sans",sans-serif}
.evitement{position:absolute;left:-999em}
.evitement:focus{left:1rem;top:1rem;background:var(--fond);padding:.5rem 1rem;z-index:1}
.feuille{max-width:68rem;margin:0 auto;background:var(--fond);padding:0 2rem 2rem}
header{margin:0 -2rem;padding:1.5rem 2rem;background:var(--bleu);color:#fff}
header h1{margin:0;font-size:1.6rem;line-height:1.25}
header p{margin:.25rem 0 0}
h2{margin:2rem 0 .5rem;font-size:1.2rem;color:var(--bleu);border-bottom:2px solid var(--trait);padding-bottom:.25rem}
h3{margin:1.2rem 0 .4rem;font-size:1.05rem}
h4,h5,h6{margin:1rem 0 .3rem;font-size:1rem}
p{margin:.4rem 0}
h1,h2,h3,p,li{overflow-wrap:anywhere}
td p,td li{overflow-wrap:break-word}
a{color:var(--bleu)}
a:focus-visible,.defile:focus-visible{outline:3px solid #e08600;outline-offset:2px}
.patient{margin-top:1.5rem;border:2px solid var(--bleu);border-radius:6px;padding:1rem 1.25rem}
.patient h2{margin:0;border:0;padding:0;font-size:1.4rem;color:var(--encre)}
.ins{margin:.5rem 0;font-size:1.05rem}
.ins strong{font-variant-numeric:tabular-nums;letter-spacing:.02em;white-space:nowrap}
.essai{display:inline-block;margin:.1rem 0;padding:.1rem .6rem;border:2px solid var(--ocre);
background:var(--ocre-voile);color:var(--ocre);font-weight:700}
.datamatrix{float:right;margin:0 0 .5rem 1rem;text-align:center}
.datamatrix svg{display:block;width:calc(var(--modules)*3px);height:calc(var(--modules)*3px);margin:0 auto}
.datamatrix figcaption{font-weight:700;font-size:.9rem;line-height:1.2}
.datamatrix small{display:block;font-weight:400}
.mention{color:var(--doux);font-size:.9rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.6rem 1.5rem;margin:.75rem 0 0}
dl div{min-width:0}
dt{color:var(--doux);font-size:.85rem}
dd{margin:0;font-weight:600;overflow-wrap:anywhere}
.alertes{margin-top:1.5rem;border:2px solid var(--rouge);border-left-width:10px;border-radius:6px;
padding:.25rem 1.25rem 1rem;background:var(--rouge-voile)}
.alertes>h2{color:var(--rouge);border:0;margin:.6rem 0 0}
.alertes table{background:var(--fond)}
.etat{display:inline-block;margin:0 0 .4rem;padding:.1rem .6rem;border-radius:1rem;font-size:.85rem;font-weight:700}
.aucun{border-left:6px solid var(--vert);background:var(--vert-voile);padding:.5rem .9rem}
.aucun .etat{background:var(--vert);color:#fff}
.non-renseigne{border:2px dashed var(--ocre);background:var(--ocre-voile);padding:.5rem .9rem}
.non-renseigne .etat{background:var(--fond);color:var(--ocre);border:1px solid var(--ocre)}
.contradictoire{border:3px double var(--rouge);padding:.5rem .9rem}
.contradictoire .etat{background:var(--rouge);color:#fff}
.defile{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.4rem 0;font-size:.95rem}
caption{text-align:left;font-weight:600;padding:.25rem 0}
th,td{border:1px solid var(--trait);padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:break-word}
th{background:var(--voile);font-weight:600}
.des-5{font-size:.9rem}.des-5 th,.des-5 td{padding:.3rem .4rem}
tr.alerte td{background:var(--rouge-voile);border-color:var(--rouge)}
tr.alerte td:first-child{border-left:5px solid var(--rouge)}
.inconnu{color:var(--ocre);font-style:italic}
.inconnu::before{content:"? ";font-style:normal;font-weight:700}
.legende{font-weight:600}
.piece{display:inline-block;padding:.3rem .9rem;border:2px solid var(--bleu);border-radius:6px;font-weight:600}
.texte{white-space:pre-wrap;overflow-wrap:anywhere}
ul.personnes{list-style:none;padding:0;margin:.5rem 0;display:grid;
grid-template-columns:repeat(auto-fill,minmax(16rem,1fr));gap:.75rem}
ul.personnes li{border:1px solid var(--trait);border-radius:6px;padding:.6rem .9rem;min-width:0;overflow-wrap:anywhere}
.role{color:var(--bleu);font-size:.85rem;font-weight:600}
.nom{font-weight:700}
ul.personnes p{margin:.15rem 0}
img{max-width:100%;height:auto;display:block;margin:.3rem 0}
footer{margin-top:2.5rem;border-top:2px solid var(--trait);padding-top:.75rem;color:var(--doux);font-size:.9rem}
"""

_SIGNES: Final = "".join(
    [
        # The second rule has nothing of it read aloud, where the browser knows how; the words say it already.
        f'.{classe} .etat::before{{content:"{etat.signe} ";content:"{etat.signe} " / ""}}\n'
        for etat, classe in CLASSES.items()
        if classe
    ]
)

_MEDIAS: Final = """
@media (max-width:40rem){.feuille{padding:0 1rem 1rem}header{margin:0 -1rem;padding:1rem}header h1{font-size:1.3rem}
dl{grid-template-columns:1fr 1fr}
.patient{display:flex;flex-direction:column;align-items:stretch}.patient>p{margin:.15rem 0}
.datamatrix{order:1;margin:.8rem auto 0}
.patient,.alertes{padding-left:.8rem;padding-right:.8rem}th,td{padding:.3rem .4rem}}
@media print{.datamatrix svg{width:calc(var(--modules)*.55mm);height:calc(var(--modules)*.55mm)}
@page{size:A4;margin:13mm}html{font-size:75%}body{background:none}.feuille{max-width:none;padding:0}
header{margin:0;padding:0 0 .5rem;background:none;color:var(--encre);border-bottom:2px solid var(--encre)}
.evitement{display:none}.defile{overflow:visible}h2,h3{break-after:avoid}
tr,li,.patient,footer,dl div{break-inside:avoid}
thead{display:table-header-group}
ul.personnes{grid-template-columns:repeat(auto-fit,minmax(13rem,1fr))}
p:has(+.defile),p:has(+ul),p:has(+ol){break-after:avoid}
.des-5{font-size:.83rem}.des-5 th,.des-5 td{padding:.2rem .3rem}
*{print-color-adjust:exact}a[href^=http]::after{content:" (" attr(href) ")"}}
"""

FEUILLE: Final = (
    f"{_BASE}{_SIGNES}@media screen and (min-width:66rem){{{_mosaique('.des-10')}}}\n"
    f"@media screen and (min-width:40.01rem) and (max-width:66rem){{{_mosaique('.des-5')}}}\n"
    f"@media screen and (max-width:40rem){{{_fiches('.des-3')}}}\n"
    f"@media print{{{_mosaique('.des-8')}}}{_MEDIAS}"
)
