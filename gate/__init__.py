"""What Home Assistant's and HACS' own checkers ask of an integration, as far as it can be asked offline.

Home Assistant's checker (hassfest) comes in no package, and HACS' wants a repository on GitHub. So their rules are
told here anew, on the validators of the Home Assistant that is installed.
"""
