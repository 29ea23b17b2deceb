from segur_socles import ControleIdentite, InsTrouvee, Motif, Sandbox, Segur, Sexe, TraitsIdentite

traits = TraitsIdentite(nom_naissance="Adrun", prenoms=("Zoé",), sexe=Sexe.FEMININ, date_naissance="1975-12-31")
with Sandbox() as sandbox, Segur(sandbox.config) as segur:
    session = segur.au_nom_de(sandbox.acteur, motif=Motif.PRISE_EN_CHARGE)
    match session.insi.rechercher(traits):
        case InsTrouvee(identite=trouvee):
            qualifiee = trouvee.qualifier(ControleIdentite.CARTE_IDENTITE, par=session.acteur)
            dmp = session.dmp.tester_existence(qualifiee)
            print(f"Identité {qualifiee.statut}. {dmp.explication}")
        case autre:
            print(autre.explication)
