from segur_socles import ControleIdentite, InsTrouvee, Motif, Sandbox, Segur, Sexe, TraitsIdentite

prenoms = ("Pierre-Alain", "Muriel", "Floriant")
traits = TraitsIdentite(nom_naissance="Ecetinsi", prenoms=prenoms, sexe=Sexe.MASCULIN, date_naissance="2009-07-14")
with Sandbox() as sandbox, Segur(sandbox.config) as segur:
    session = segur.au_nom_de(sandbox.acteur, motif=Motif.PRISE_EN_CHARGE)
    match session.insi.rechercher(traits):
        case InsTrouvee(identite=trouvee):
            qualifiee = trouvee.qualifier(ControleIdentite.CARTE_IDENTITE, par=session.acteur)
            print(session.dmp.tester_existence(qualifiee))
        case autre:
            print(autre.explication)
