"""What the report adds to the style sheet of the documents: its own blocks, and a dark mode for the screen."""

from __future__ import annotations

from typing import Final

__all__ = ["FEUILLE_RAPPORT"]

FEUILLE_RAPPORT: Final = """
h2{margin-top:2.5rem}
.oral{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.resume{margin-top:1.5rem;border:2px solid var(--bleu);border-radius:6px;padding:1rem 1.25rem}
.resume h2{margin:0;border:0;padding:0}
.confidentiel{border-left:6px solid var(--ocre);background:var(--ocre-voile);padding:.5rem .9rem;margin:.75rem 0}
.chiffres{margin-top:1.1rem;display:flex;flex-wrap:wrap;gap:.75rem}
.chiffres p{margin:0;flex:1 1 9rem;background:var(--vert-voile);border-radius:6px;padding:.6rem .9rem;color:var(--doux)}
.chiffres strong{display:block;color:var(--vert);font-size:1.5rem;line-height:1.2;font-variant-numeric:tabular-nums}
.chiffres .echec{background:var(--rouge-voile)}
.chiffres .echec strong{color:var(--rouge)}
.savoir{margin-top:1rem;padding:.5rem .9rem;background:var(--voile);border-radius:6px}
.savoir ul{margin:0;padding-left:1.2rem}
.savoir h3{margin:0;font-size:1rem}
svg.trajet{display:block;width:100%;height:auto;margin-top:1rem}
svg.debout{display:none;max-width:22rem}
.trajet .lien,.trajet .retour{fill:none;stroke:var(--bleu);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.trajet .retour{stroke:var(--vert)}
.trajet .lien.absent,.trajet .retour.absent{stroke:var(--trait);stroke-dasharray:4 6}
.halte circle{fill:var(--voile);stroke:var(--bleu);stroke-width:2}
.halte .icone{fill:none;stroke:var(--bleu);stroke-width:1.3;stroke-linecap:round;stroke-linejoin:round}
.halte rect{fill:var(--bleu);stroke:var(--fond);stroke-width:2}
.trajet text{fill:var(--doux);font-size:12.5px;text-anchor:middle}
.halte .role{font-weight:400}
.halte .nom{fill:var(--encre);font-size:14px;font-weight:700}
.trajet .note{fill:var(--vert)}
.halte .numero{fill:var(--fond);font-size:12.5px;font-weight:700}
.debout .nom,.debout .role{text-anchor:start}
.halte.absent circle{fill:none;stroke:var(--doux);stroke-dasharray:4 6}
.halte.absent .icone{stroke:var(--doux)}
.halte.absent .nom{fill:var(--doux)}
.halte.echec circle{fill:var(--rouge-voile);stroke:var(--rouge)}
.halte.echec .icone{stroke:var(--rouge)}
.halte.echec rect{fill:var(--rouge)}
.halte.echec .role{fill:var(--rouge);font-weight:700}
ul.personnes{grid-template-columns:repeat(auto-fit,minmax(10rem,1fr))}
ol.frise{list-style:none;margin:1rem 0 0;padding:0}
ol.frise>li{position:relative;padding:0 0 1.75rem 3.5rem}
ol.frise>li:not(:last-child)::before{content:"";position:absolute;left:1.15rem;top:2.4rem;bottom:0;
border-left:2px solid var(--trait)}
ol.frise>li:last-child{padding-bottom:0}
.rang{position:absolute;left:0;top:0;width:2.4rem;height:2.4rem;border-radius:50%;background:var(--bleu);
color:var(--fond);font-weight:700;font-size:1.1rem;line-height:2.4rem;text-align:center}
.frise h3{margin:0;padding-top:.25rem;font-size:1.15rem}
.service{margin:0;color:var(--doux);font-size:.9rem}
.duree{white-space:nowrap;font-variant-numeric:tabular-nums}
.phrase{margin:.5rem 0}
ul.details{list-style:disc;margin:.4rem 0;padding-left:1.2rem;color:var(--doux)}
.produits,.sans{font-size:.9rem}
.sans{color:var(--doux)}
details{margin:.6rem 0}
summary{cursor:pointer;font-weight:600;width:fit-content;padding:.2rem .7rem;border-radius:6px;
background:var(--voile);color:var(--bleu)}
summary:focus-visible{outline:3px solid #e08600;outline-offset:2px}
details.reussi>summary{background:var(--vert-voile);color:var(--vert)}
details.echec>summary{background:var(--rouge-voile);color:var(--rouge)}
ul.controles{list-style:disc;columns:18rem;margin:.5rem 0;padding-left:1.2rem;font-size:.85rem;color:var(--doux)}
ul.controles li{break-inside:avoid;overflow-wrap:anywhere}
ul.controles .echec{color:var(--rouge)}
.frise>.echec>.rang{background:var(--rouge)}
code{font-family:"DejaVu Sans Mono",Consolas,monospace;font-size:.8rem;overflow-wrap:anywhere}
.preuves th[scope=row]{width:38%}
.preuves .reussi,.preuves .echec{font-weight:600;padding:.5rem .9rem;
border-left:6px solid var(--vert);background:var(--vert-voile)}
.preuves .echec{border-color:var(--rouge);background:var(--rouge-voile);color:var(--rouge)}
.colonnes{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
.colonnes>div{border:1px solid var(--trait);border-top:4px solid var(--vert);border-radius:6px;
padding:.25rem 1.1rem .5rem}
.colonnes>div+div{border-top-color:var(--ocre)}
.colonnes h3{margin:.6rem 0}
.colonnes ul{margin:0;padding-left:1.1rem}
.colonnes li{margin:.4rem 0}
.fichiers li{margin:.25rem 0;overflow-wrap:anywhere}
iframe{display:block;width:100%;height:80vh;min-height:30rem;margin-top:.75rem;border:1px solid var(--trait);
border-radius:6px;background:#fff}
@media (max-width:48rem){svg.couche{display:none}svg.debout{display:block}.colonnes{grid-template-columns:1fr}}
@media (max-width:40rem){.resume{padding:.8rem}.chiffres strong{font-size:1.2rem}
.chiffres p{flex-basis:7rem}
ol.frise>li{padding-left:3rem}
.preuves table,.preuves tbody,.preuves tr,.preuves th,.preuves td{display:block;width:auto!important}
.preuves thead{display:none}.preuves th{border-bottom:0}}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--encre:#e4eaf0;--doux:#a9b6c3;--trait:#3a4856;
--fond:#18212a;--voile:#222e39;--bleu:#8fc3ea;--rouge:#ff9d97;--rouge-voile:#3a2022;--vert:#8ed3a8;--vert-voile:#1b3326;
--ocre:#ecc467;--ocre-voile:#372d14}body{background:#10171e}header{background:#14507c}}
@media print{html{font-size:80%}h2{margin-top:1.5rem}svg.couche{display:block}svg.debout,details.page{display:none}
.etapes>p{break-after:avoid}.resume,.personnages,.preuves,.documents,.colonnes>div,svg,ol.frise>li{break-inside:avoid}ol.frise>li{padding-bottom:1.1rem}
.colonnes{grid-template-columns:1fr 1fr}summary{list-style:none}}
"""
